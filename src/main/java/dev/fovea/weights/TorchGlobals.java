package dev.fovea.weights;

import dev.fovea.weights.Unpickler.Attributes;
import dev.fovea.weights.Unpickler.Global;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;

/**
 * The names that a PyTorch file may ask for, and the plain things they become. Whatever is missing here is refused.
 *
 * <p>What PyTorch writes: {@code torch/_utils.py}, {@code torch/serialization.py}; TorchScript archives:
 * {@code torch/csrc/jit/serialization/pickler.cpp}.
 */
final class TorchGlobals {
    private static final String SCRIPT_CLASS = "__torch__.";
    private static final Map<String, Dtype> STORAGES = Map.ofEntries(
            Map.entry("DoubleStorage", Dtype.F64),
            Map.entry("FloatStorage", Dtype.F32),
            Map.entry("HalfStorage", Dtype.F16),
            Map.entry("BFloat16Storage", Dtype.BF16),
            Map.entry("LongStorage", Dtype.I64),
            Map.entry("IntStorage", Dtype.I32),
            Map.entry("ShortStorage", Dtype.I16),
            Map.entry("CharStorage", Dtype.I8),
            Map.entry("ByteStorage", Dtype.U8),
            Map.entry("BoolStorage", Dtype.BOOL),
            Map.entry("UntypedStorage", Dtype.U8),
            Map.entry("_UntypedStorage", Dtype.U8));
    private static final Map<String, Dtype> DTYPES = Map.of(
            "torch.float64", Dtype.F64,
            "torch.float32", Dtype.F32,
            "torch.float16", Dtype.F16,
            "torch.bfloat16", Dtype.BF16,
            "torch.int64", Dtype.I64,
            "torch.int32", Dtype.I32,
            "torch.int16", Dtype.I16,
            "torch.int8", Dtype.I8,
            "torch.uint8", Dtype.U8,
            "torch.bool", Dtype.BOOL);
    private static final Map<String, Global> TABLE = new HashMap<>();

    static {
        tensors();
        containers();
        scalars();
        script();
    }

    private TorchGlobals() {}

    /** The allowed thing of this name, or null. Only TorchScript archives have classes of their own, as plain maps. */
    static Global of(String name, boolean script) {
        if (script && name.startsWith(SCRIPT_CLASS)) {
            return new Global(name, TorchGlobals::instance);
        }
        return TABLE.get(name);
    }

    /** The element type of a storage class such as {@code torch.FloatStorage}, or null. */
    static Dtype storageDtype(Object storageClass) {
        if (!(storageClass instanceof Global global)) {
            return null;
        }
        return STORAGES.get(global.name().substring(global.name().lastIndexOf('.') + 1));
    }

    private static void allow(String name, Function<List<?>, Object> call) {
        TABLE.put(name, new Global(name, call));
    }

    private static void tensors() {
        for (String storage : STORAGES.keySet()) {
            allow("torch." + storage, null);
            allow("torch.cuda." + storage, null);
            allow("torch.storage." + storage, null);
        }
        DTYPES.keySet().forEach(dtype -> allow(dtype, null));
        allow("torch._utils._rebuild_tensor", TorchGlobals::rebuild);
        allow("torch._utils._rebuild_tensor_v2", TorchGlobals::rebuild);
        allow("torch._utils._rebuild_tensor_v3", TorchGlobals::rebuildTyped);
        allow("torch._utils._rebuild_parameter", args -> (Tensor) args.get(0));
        allow("torch._utils._rebuild_parameter_with_state", args -> (Tensor) args.get(0));
        allow("torch._tensor._rebuild_from_type_v2", TorchGlobals::rebuildFromType);
        allow("torch.Tensor", null);
        allow("torch.nn.parameter.Parameter", null);
        allow("torch.Size", args -> List.copyOf((List<?>) args.get(0)));
        allow("torch.device", args -> joined(args, ":"));
    }

    /** {@code (function, type, arguments, state)} for subclasses of Tensor; the function must itself build a tensor. */
    private static Object rebuildFromType(List<?> args) {
        Global function = (Global) args.get(0);
        if (!function.name().startsWith("torch._utils._rebuild_")) {
            throw new IllegalArgumentException(function.name() + " builds no tensor");
        }
        return function.call().apply((List<?>) args.get(2));
    }

    private static Tensor rebuild(List<?> args) {
        return ((TorchStorage) args.get(0)).view((Long) args.get(1), (List<?>) args.get(2), (List<?>) args.get(3));
    }

    private static Tensor rebuildTyped(List<?> args) {
        Dtype dtype = DTYPES.get(((Global) args.get(6)).name());
        return ((TorchStorage) args.get(0))
                .view(dtype, (Long) args.get(1), (List<?>) args.get(2), (List<?>) args.get(3));
    }

    private static void containers() {
        allow("collections.OrderedDict", TorchGlobals::dictionary);
        allow("collections.defaultdict", args -> new LinkedHashMap<>());
        allow("collections.Counter", TorchGlobals::dictionary);
        allow("argparse.Namespace", TorchGlobals::instance);
        allow("types.SimpleNamespace", TorchGlobals::instance);
        for (String builtins : List.of("builtins.", "__builtin__.")) {
            allow(builtins + "dict", TorchGlobals::dictionary);
            allow(builtins + "list", args -> new ArrayList<>(items(args)));
            allow(builtins + "tuple", args -> List.copyOf(items(args)));
            allow(builtins + "set", args -> set(items(args)));
            allow(builtins + "frozenset", args -> set(items(args)));
            allow(builtins + "int", null);
            allow(builtins + "float", null);
            allow(builtins + "str", null);
            allow(builtins + "bool", null);
        }
    }

    private static Object instance(List<?> args) {
        Attributes attributes = new Attributes();
        if (!args.isEmpty()) {
            attributes.put("arguments", args);
        }
        return attributes;
    }

    /** {@code dict()}, or {@code OrderedDict([[key, value], …])} as protocol 2 of Python 2 writes it. */
    private static Object dictionary(List<?> args) {
        Map<Object, Object> map = new LinkedHashMap<>();
        if (!args.isEmpty() && args.get(0) instanceof Map<?, ?> given) {
            map.putAll(given);
        } else {
            for (Object pair : items(args)) {
                map.put(scalar(((List<?>) pair).get(0)), ((List<?>) pair).get(1));
            }
        }
        return map;
    }

    private static Set<Object> set(List<?> items) {
        Set<Object> set = new LinkedHashSet<>();
        items.forEach(item -> set.add(scalar(item)));
        return set;
    }

    private static List<?> items(List<?> args) {
        return args.isEmpty() ? List.of() : (List<?>) args.get(0);
    }

    private static Object scalar(Object key) {
        if (key instanceof String || key instanceof Number || key instanceof Boolean) {
            return key;
        }
        throw new IllegalArgumentException("a key or item that is neither text nor number");
    }

    private static void scalars() {
        allow("_codecs.encode", args -> ((String) args.get(0)).getBytes(StandardCharsets.ISO_8859_1));
        allow("pathlib.PosixPath", TorchGlobals::path);
        allow("pathlib.PurePosixPath", TorchGlobals::path);
        allow("pathlib.WindowsPath", TorchGlobals::path);
        allow("numpy.dtype", NumpyDtype::of);
        allow("numpy.core.multiarray.scalar", args -> ((NumpyDtype) args.get(0)).scalar((byte[]) args.get(1)));
        allow("numpy._core.multiarray.scalar", args -> ((NumpyDtype) args.get(0)).scalar((byte[]) args.get(1)));
    }

    private static Object path(List<?> parts) {
        return joined(parts, "/").replace("//", "/");
    }

    private static String joined(List<?> parts, String between) {
        return parts.stream().map(part -> scalar(part).toString()).collect(Collectors.joining(between));
    }

    private static void script() {
        for (String list : List.of("build_intlist", "build_doublelist", "build_boollist", "build_tensorlist")) {
            allow("torch.jit._pickle." + list, args -> (List<?>) args.get(0));
        }
        allow("torch.jit._pickle.restore_type_tag", args -> args.get(0));
    }
}
