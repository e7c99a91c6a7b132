package dev.fovea.parity;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** All systems and their tables of case name to runner; a system may have several tables. */
final class Runners {
    private static final Map<String, CaseRunner> BY_ID = new HashMap<>();

    static {
        put(
                "beitv2",
                BeitCases.RUNNERS,
                BeitLoadCases.RUNNERS,
                BeitOptimCases.RUNNERS,
                ScheduleCases.BEITV2,
                TeacherCases.BEITV2);
        put("checkpoints", CheckpointCases.RUNNERS);
        put("convmae", ConvmaeDetectionCases.RUNNERS);
        put("convmae", ConvmaeCases.RUNNERS, OptimCases.CONVMAE, ParamGroupCases.CONVMAE, ScheduleCases.CONVMAE);
        put("heads", SegmentationCases.HEADS, FpnCases.HEADS, Mask2FormerCases.HEADS);
        put("heads", BoxCases.HEADS, DetectionHeadCases.HEADS, DetectorCases.HEADS, SingleStageCases.HEADS);
        put("loca", LocaCases.RUNNERS, LocaViewCases.RUNNERS);
        put("itpn", ItpnCases.RUNNERS, ItpnPretrainCases.RUNNERS, ItpnParamGroups.RUNNERS);
        put("itpn", OptimCases.ITPN, ScheduleCases.ITPN, TeacherCases.ITPN);
        put("mae", MaeCases.RUNNERS, OptimCases.MAE, ParamGroupCases.MAE);
        put("metrics", MetricsCases.RUNNERS, CocoCases.RUNNERS);
        put("transforms", TransformsCases.RUNNERS);
        put("beitv2", QuantizerCases.RUNNERS, VqkdCases.RUNNERS, MaskingCases.RUNNERS, MaskedCodesCases.RUNNERS);
        put("vitadapter", DeformableCases.VITADAPTER, ScheduleCases.VITADAPTER);
        put("vitadapter", AdapterPartCases.RUNNERS, AdapterCases.RUNNERS, AdapterStartCases.RUNNERS);
    }

    private Runners() {}

    /** The runner of {@code system/case}, or {@code null}. */
    static CaseRunner of(String id) {
        return BY_ID.get(id);
    }

    /** All that there are. */
    static Set<String> ids() {
        return Set.copyOf(BY_ID.keySet());
    }

    @SafeVarargs
    private static void put(String system, Map<String, CaseRunner>... tables) {
        for (Map<String, CaseRunner> table : tables) {
            table.forEach((name, runner) -> {
                if (BY_ID.put(system + "/" + name, runner) != null) {
                    throw new IllegalStateException("two runners for " + system + "/" + name);
                }
            });
        }
    }
}
