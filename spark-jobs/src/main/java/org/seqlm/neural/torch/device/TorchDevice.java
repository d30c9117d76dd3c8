package org.seqlm.neural.torch.device;

import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.CUDAHooksInterface;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.SizeTPair;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.UserException;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.kernels.Kernels;
import org.seqlm.neural.learner.Execution;

/** Where tensors live, and how values come there and back. */
public final class TorchDevice {
  /** A task is a thread's; which GPU is the task's is known to who started it. */
  private static final ThreadLocal<GpuAddress> TASK_GPU = new ThreadLocal<>();

  private static final TorchDevice CPU = new TorchDevice(null, RecurrentCalls.LIBTORCH, false);

  private static final Map<Integer, String> GPUS = new ConcurrentHashMap<>();
  private static final Map<Integer, OptionalInt> NUMBERS = new ConcurrentHashMap<>();

  /** What CUDA opened for these numbers has been looked at. */
  private static final Set<Integer> CHECKED = ConcurrentHashMap.newKeySet();

  /** What is opened in the place of GPUs that Spark deals out; null: they are. */
  private static volatile Function<GpuAddress, TorchDevice> standIn;

  private final Integer gpu; // as CUDA numbers them; null: the CPU
  private final RecurrentCalls recurrentCalls;
  private final boolean likeGpu;

  private TorchDevice(Integer gpu, RecurrentCalls recurrentCalls, boolean likeGpu) {
    this.gpu = gpu;
    this.recurrentCalls = recurrentCalls;
    this.likeGpu = likeGpu;
  }

  /**
   * A double: everything is computed as on a GPU, but in the host's memory.
   *
   * @param calls in place of libtorch's
   */
  static TorchDevice likeGpu(RecurrentCalls calls) {
    return new TorchDevice(null, calls, true);
  }

  /** The same with libtorch's own calls: what is done on GPUs can then be looked at on a CPU. */
  public static TorchDevice likeGpu() {
    return likeGpu(RecurrentCalls.LIBTORCH);
  }

  /** A GPU as CUDA numbers them. */
  static TorchDevice gpu(int ordinal) {
    return new TorchDevice(ordinal, RecurrentCalls.LIBTORCH, true);
  }

  /**
   * Says which GPU the tasks of this thread have from now on.
   *
   * @param address null if the task has none
   */
  public static void taskGpu(GpuAddress address) {
    if (address == null) {
      TASK_GPU.remove();
    } else {
      TASK_GPU.set(address);
    }
  }

  /** What {@link #taskGpu(GpuAddress)} said last on this thread; null if the task has none. */
  public static GpuAddress taskGpu() {
    return TASK_GPU.get();
  }

  /** Whether natives of libtorch for this system are on the class path; none are loaded. */
  public static boolean onClassPath() {
    return has("") || has("-gpu");
  }

  /** Whether those on the class path are for GPUs; none are loaded. */
  public static boolean withCuda() {
    return has("-gpu");
  }

  private static boolean has(String extension) {
    String folder = "/org/bytedeco/pytorch/" + Loader.getPlatform() + extension + "/";
    return TorchDevice.class.getResource(folder + System.mapLibraryName("jnitorch")) != null;
  }

  /** The host's memory. */
  public static TorchDevice cpu() {
    return CPU;
  }

  /** What this thread's task is to compute on; see {@link #pick(Execution.Device, GpuAddress)}. */
  public static TorchDevice pick(Execution.Device asked) {
    return pick(asked, TASK_GPU.get());
  }

  /**
   * The device: with auto the task's GPU, else the CPU; with cuda the task's GPU, else the first
   * that CUDA sees, in whose place {@link GpuLease} takes the emptiest.
   *
   * @param gpu the task's; null if it has none
   * @throws UserException with exit code 5 if that is a GPU and it cannot be used: nothing falls
   *     back to the CPU in silence
   */
  public static TorchDevice pick(Execution.Device asked, GpuAddress gpu) {
    if (asked == Execution.Device.CPU || (asked == Execution.Device.AUTO && gpu == null)) {
      return CPU;
    }
    Function<GpuAddress, TorchDevice> other = standIn;
    if (other != null && gpu != null) {
      return other.apply(gpu);
    }
    String wanted =
        asked == Execution.Device.CUDA
            ? "execution.device is cuda"
            : "this task was given GPU " + gpu;
    library();
    if (gpu != null && gpu.isMig() && withCuda()) {
      // Read when CUDA begins, which is with the first question.
      MigDevices.show(gpu);
    }
    if (!torch.hasCUDA() && !withCuda()) {
      throw UserException.platform(
          wanted
              + ", but the libtorch on the class path is without CUDA: put the natives"
              + " linux-x86_64-gpu of org.bytedeco:pytorch there in its place (mvn -Pgpu package),"
              + " or set execution.device to cpu");
    }
    if (!torch.cuda_is_available()) {
      throw UserException.platform(
          wanted
              + ", but libtorch finds no GPU or no driver for its CUDA on this machine: see"
              + " nvidia-smi, or set execution.device to cpu");
    }
    if (gpu == null || gpu.isMig()) {
      return gpu(0);
    }
    int number = gpu.number();
    TorchDevice device = gpu(Gpus.ordinal(number, torch.cuda_device_count()));
    if (!CHECKED.contains(number)) {
      long[] memory = device.memory();
      if (memory != null) {
        Gpus.check(number, memory[1]);
        CHECKED.add(number);
      }
    }
    return device;
  }

  /**
   * Has something else opened in the place of GPUs that Spark deals out, in this process: a seam
   * for tests, which have none.
   */
  static void standIn(Function<GpuAddress, TorchDevice> other) {
    standIn = other;
  }

  /**
   * The libtorch that is loaded, a path.
   *
   * @throws UserException with exit code 5 if there is none for this system, or more than one
   */
  public static String library() {
    if (has("") && has("-gpu")) {
      // JavaCPP would load one on top of the other, which ends the process.
      throw UserException.platform(
          "the class path has two libtorch, for CPUs and for GPUs: take a jar built with mvn -Pgpu"
              + " package alone, or remove the first from it (zip -d seqlm.jar"
              + " 'org/bytedeco/pytorch/"
              + Loader.getPlatform()
              + "/*')");
    }
    if (has("-gpu")) {
      // Read when CUDA begins.
      Kernels.forGpus();
    }
    try {
      return Loader.load(torch.class);
    } catch (UnsatisfiedLinkError e) {
      throw UserException.platform(
          "there is no libtorch for "
              + Loader.getPlatform()
              + " on the class path, or it cannot be loaded ("
              + e.getMessage()
              + "): build the jar for this system, or run where the jar has natives for");
    }
  }

  /** Whether this is a GPU. */
  public boolean isGpu() {
    return likeGpu;
  }

  /** What runs layers over whole windows here. */
  public RecurrentCalls recurrentCalls() {
    return recurrentCalls;
  }

  /** Bytes of the GPU that are free, and all of them; null of a CPU, and where nobody tells. */
  public long[] memory() {
    if (gpu == null) {
      return null;
    }
    try (PointerScope scope = new PointerScope()) {
      SizeTPair memory = torch.getMemoryInfo(gpu.byteValue());
      return new long[] {memory.first(), memory.second()};
    } catch (RuntimeException e) {
      return null; // for instance, that nothing has been allocated there yet
    }
  }

  /** How many GPUs this process sees; 0 without CUDA. */
  public static int gpus() {
    return torch.hasCUDA() ? torch.cuda_device_count() : 0;
  }

  /**
   * The GPU as {@code nvidia-smi} numbers those of this machine; null of a CPU, and where nobody
   * tells.
   */
  public Integer number() {
    OptionalInt number =
        gpu == null ? OptionalInt.empty() : NUMBERS.computeIfAbsent(gpu, Gpus::number);
    return number.isPresent() ? number.getAsInt() : null;
  }

  /**
   * The GPU, as kernels tell of themselves: name and compute capability, which the driver's own
   * program tells (the presets' question needs classes of CUDA's), CUDA's and cuDNN's versions.
   */
  public Map<String, String> description() {
    if (gpu == null) {
      return Map.of(KernelChoice.GPU, toString());
    }
    CUDAHooksInterface hooks = torch.getCUDAHooks();
    return Map.of(
        KernelChoice.GPU,
        GPUS.computeIfAbsent(number() == null ? gpu : number(), Gpus::describe),
        "cuda",
        String.valueOf(hooks.versionCUDART()),
        "cudnn",
        hooks.hasCuDNN() ? String.valueOf(hooks.versionRuntimeCuDNN()) : "none");
  }

  /** For instance {@code cuda:0}. */
  @Override
  public String toString() {
    return gpu != null ? "cuda:" + gpu : likeGpu ? "like a GPU" : "cpu";
  }

  Device device() {
    return gpu != null
        ? new Device(torch.DeviceType.CUDA, gpu.byteValue())
        : new Device(torch.DeviceType.CPU);
  }

  public TensorOptions options(torch.ScalarType type) {
    return new TensorOptions()
        .dtype(new ScalarTypeOptional(type))
        .device(new DeviceOptional(device()));
  }

  public Tensor empty(torch.ScalarType type, long... shape) {
    return torch.empty(shape, options(type), new MemoryFormatOptional());
  }

  public Tensor zeros(torch.ScalarType type, long... shape) {
    return torch.zeros(shape, options(type));
  }

  /** Values as a tensor. */
  public Tensor of(torch.ScalarType type, float[] values, long... shape) {
    Tensor host = CPU.empty(torch.ScalarType.Float, shape);
    if (values.length > 0) {
      new FloatPointer(host.data_ptr()).put(values);
    }
    return host.to(device(), type);
  }

  /**
   * Numbers as a tensor. A GPU fetches them from the host's memory by itself, while the host goes
   * on; libtorch keeps that memory until it has.
   */
  public Tensor of(long[] values, long... shape) {
    TensorOptions options = CPU.options(torch.ScalarType.Long);
    Tensor host =
        torch.empty(
            shape,
            gpu == null ? options : options.pinned_memory(new BoolOptional(true)),
            new MemoryFormatOptional());
    if (values.length > 0) {
      new LongPointer(host.data_ptr()).put(values);
    }
    return host.to(device(), torch.ScalarType.Long, gpu != null, false, new MemoryFormatOptional());
  }

  /** Reads a tensor, row-major. */
  public static void read(Tensor tensor, float[] into, int at) {
    Tensor host = tensor.detach().to(torch.ScalarType.Float).cpu().contiguous();
    if (host.numel() > 0) {
      new FloatPointer(host.data_ptr()).get(into, at, Math.toIntExact(host.numel()));
    }
  }

  public static float[] floats(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.numel())];
    read(tensor, values, 0);
    return values;
  }

  public static double[] doubles(Tensor tensor) {
    double[] values = new double[Math.toIntExact(tensor.numel())];
    Tensor host = tensor.detach().to(torch.ScalarType.Double).cpu().contiguous();
    if (values.length > 0) {
      new DoublePointer(host.data_ptr()).get(values);
    }
    return values;
  }
}
