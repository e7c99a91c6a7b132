package dev.fovea.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void halfCosineClimbsFromZeroToItsPeakAndEndsOnItsFloor() {
        Schedule schedule = new Schedule.HalfCosine(2, 0.5, 10, 110);
        assertThat(schedule.at(0)).isZero();
        assertThat(schedule.at(5)).isEqualTo(1);
        assertThat(schedule.at(10)).isEqualTo(2);
        assertThat(schedule.at(60)).isEqualTo(1.25, within(1e-12));
        assertThat(schedule.at(110)).isEqualTo(0.5, within(1e-12));
        assertThat(schedule.at(200)).isEqualTo(0.5, within(1e-12));
        assertThat(new Schedule.HalfCosine(2, 0, 0, 4).at(0)).isEqualTo(2);
    }

    @Test
    void inclusiveCosineReachesItsFirstValueTwiceAndStopsJustBeforeItsLast() {
        Schedule schedule = new Schedule.InclusiveCosine(1, 0, 13, 3, 0.5);
        assertThat(schedule.at(0)).isEqualTo(0.5);
        assertThat(schedule.at(1)).isEqualTo(0.75);
        assertThat(schedule.at(2)).isEqualTo(1);
        assertThat(schedule.at(3)).isEqualTo(1);
        assertThat(schedule.at(8)).isEqualTo(0.5, within(1e-12));
        assertThat(schedule.at(12)).isGreaterThan(0).isLessThan(0.03);
        assertThat(new Schedule.InclusiveCosine(0.996, 1, 100, 0, 0).at(0)).isEqualTo(0.996);
        assertThat(new Schedule.InclusiveCosine(0.996, 1, 100, 0, 0).at(100)).isEqualTo(1);
    }

    @Test
    void polyFallsToItsFloorByItsPower() {
        Schedule schedule = new Schedule.Poly(1, 0.2, 2, 10);
        assertThat(schedule.at(0)).isEqualTo(1);
        assertThat(schedule.at(5)).isEqualTo(0.4, within(1e-12));
        assertThat(schedule.at(10)).isEqualTo(0.2);
        assertThat(schedule.at(11)).isEqualTo(0.2);
    }

    @Test
    void stepsFallAtTheirMilestones() {
        Schedule schedule = new Schedule.Steps(1, List.of(4, 6), 0.1);
        assertThat(schedule.at(3)).isEqualTo(1);
        assertThat(schedule.at(4)).isEqualTo(0.1);
        assertThat(schedule.at(6)).isEqualTo(0.01, within(1e-15));
    }

    @Test
    void linearWarmupScalesTheRegularRate() {
        Schedule schedule = new Schedule.LinearWarmup(new Schedule.Constant(4), 10, 0.5);
        assertThat(schedule.at(0)).isEqualTo(2);
        assertThat(schedule.at(5)).isEqualTo(3);
        assertThat(schedule.at(10)).isEqualTo(4);
    }

    @Test
    void byEpochHoldsTheRateOfTheEpochsStart() {
        Schedule schedule = new Schedule.ByEpoch(new Schedule.Poly(1, 0, 1, 100), 10);
        assertThat(schedule.at(9)).isEqualTo(1);
        assertThat(schedule.at(10)).isEqualTo(0.9);
        assertThat(schedule.at(19)).isEqualTo(0.9);
    }

    @Test
    void aWarmupLongerThanTheWholeIsRefused() {
        assertThatThrownBy(() -> new Schedule.HalfCosine(1, 0, 40, 20))
                .hasMessage("schedule: warm-up 40.0 must be in 0 … total, total 20.0 above 0");
    }
}
