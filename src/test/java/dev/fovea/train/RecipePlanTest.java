package dev.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.optim.Schedule;
import dev.fovea.recipe.Length;
import dev.fovea.recipe.ScheduleBlock;
import org.junit.jupiter.api.Test;

class RecipePlanTest {
    private static final Length TEN_EPOCHS = new Length(10, Length.Unit.EPOCHS);
    private static final Length TWO_EPOCHS = new Length(2, Length.Unit.EPOCHS);

    @Test
    void aCosineReachesItsPeakBehindTheWarmupOrAtItsLastStep() {
        Schedule behind = schedule(false), full = schedule(true);

        assertThat(behind.at(0)).isZero();
        assertThat(full.at(0)).isZero();
        assertThat(behind.at(5)).isCloseTo(5.0 / 6, within(1e-12));
        assertThat(full.at(5)).isEqualTo(1);
        assertThat(behind.at(6)).isEqualTo(1);
        assertThat(full.at(6)).isEqualTo(1);
        assertThat(full.at(18)).isEqualTo(behind.at(18));
    }

    /** Three steps an epoch. */
    private static Schedule schedule(boolean fullWarmup) {
        return RecipePlan.schedule(new ScheduleBlock.Cosine(TEN_EPOCHS, TWO_EPOCHS, 0.1, fullWarmup), 1, 3);
    }
}
