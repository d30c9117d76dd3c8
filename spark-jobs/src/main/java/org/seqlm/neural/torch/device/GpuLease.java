package org.seqlm.neural.torch.device;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.pytorch.DeviceGuardImplInterface;
import org.bytedeco.pytorch.Stream;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.UserException;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;

/**
 * What a task computes on, until closed. A task that Spark gave a GPU has that one. Else, with
 * {@code execution.device: cuda}, the tasks of an executor share out what CUDA sees: each takes the
 * GPU with the fewest on it, the first of these, and waits while all have {@code
 * execution.workers-per-gpu}. Where that is more than one, each has a stream of its own, on a GPU
 * that Spark gave it, too. Which GPU it is changes no result where all are of one kind. What is not
 * a GPU is shared by all, and nobody waits for it.
 */
public final class GpuLease implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(GpuLease.class.getName());

  private static final ThreadLocal<GpuLease> HELD = new ThreadLocal<>();

  private static Slots slots; // of this process's GPUs; null before the first task

  private final TorchDevice device;
  private final Float32Products products;
  private final Stream own; // null: the stream was not changed
  private final Stream before; // null likewise
  private final Slots from; // null: no place was taken
  private final int slot;
  private final double waited;

  private GpuLease(
      TorchDevice device,
      Float32Products products,
      Stream own,
      Stream before,
      Slots from,
      int slot,
      double waited) {
    this.device = device;
    this.products = products;
    this.own = own;
    this.before = before;
    this.from = from;
    this.slot = slot;
    this.waited = waited;
    HELD.set(this);
  }

  /** Tasks on each GPU of a process. */
  static final class Slots {
    private final int[] taken;
    private boolean told;

    Slots(int gpus) {
      taken = new int[gpus];
    }

    /**
     * Takes a place, waiting for one.
     *
     * @param most tasks on a GPU at once
     * @return the GPU
     */
    synchronized int take(int most) {
      while (true) {
        int least = 0;
        for (int i = 1; i < taken.length; i++) {
          if (taken[i] < taken[least]) {
            least = i;
          }
        }
        if (taken[least] < most) {
          taken[least]++;
          return least;
        }
        if (!told) {
          told = true;
          LOGGER.log(
              System.Logger.Level.WARNING,
              "execution.workers-per-gpu is {2}: {0} tasks compute on {1} GPUs of this executor,"
                  + " and one more waits for one of them to end: start executors with fewer cores,"
                  + " or raise it",
              Arrays.stream(taken).sum(),
              taken.length,
              most);
        }
        try {
          wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted while it waited for a GPU", e);
        }
      }
    }

    synchronized void giveBack(int gpu) {
      taken[gpu]--;
      notifyAll();
    }
  }

  /**
   * Takes a device, for this thread.
   *
   * @param precision of products there
   * @throws UserException with exit code 5 if the device cannot be used, or has no such precision
   */
  public static GpuLease take(Execution execution, Precision precision) {
    TorchDevice device = TorchDevice.pick(execution.device());
    if (!device.isGpu()) {
      if (precision == Precision.TF32) {
        throw UserException.platform(
            "execution.precision tf32 is of GPUs, but this task has none: set it to float32, or"
                + " give tasks GPUs (spark.task.resource.gpu.amount, or execution.device: cuda)");
      }
      return new GpuLease(device, Float32Products.on(device, precision), null, null, null, -1, 0);
    }
    return take(
        device,
        TorchDevice.taskGpu() == null ? slots() : null,
        execution.workersPerGpu(),
        precision);
  }

  /**
   * Takes a given device for one of several tasks, which on a GPU have a stream each: for whoever
   * looks at that device, and not at whatever is free.
   */
  public static GpuLease on(TorchDevice device, Precision precision) {
    return device.isGpu()
        ? take(device, null, 2, precision)
        : new GpuLease(device, Float32Products.on(device, precision), null, null, null, -1, 0);
  }

  /**
   * Takes a GPU, waiting for a place on it, and until no task in this process has another
   * precision's products.
   *
   * @param given the task's; another where it takes a place
   * @param slots to take a place of; null if the task has a GPU
   */
  static GpuLease take(TorchDevice given, Slots slots, int workersPerGpu, Precision precision) {
    long from = System.nanoTime();
    int slot = slots == null ? -1 : slots.take(workersPerGpu);
    TorchDevice device = slots == null ? given : TorchDevice.gpu(slot);
    Float32Products products = null;
    Stream own = null;
    try {
      products = Float32Products.on(device, precision);
      double waited = (System.nanoTime() - from) * 1e-9;
      own = workersPerGpu > 1 ? Streams.take(device) : null;
      Stream before = own == null ? null : guard().exchangeStream(own);
      return new GpuLease(device, products, own, before, slots, slot, waited);
    } catch (Throwable e) {
      giveBack(device, products, own, slots, slot);
      throw e;
    }
  }

  /** Whatever of it there is. */
  private static void giveBack(
      TorchDevice device, Float32Products products, Stream own, Slots slots, int slot) {
    try {
      if (own != null) {
        Streams.giveBack(device, own);
      }
    } finally {
      try {
        if (products != null) {
          products.close();
        }
      } finally {
        if (slots != null) {
          slots.giveBack(slot);
        }
      }
    }
  }

  /**
   * The CUDA streams of this process's leases, by device. One is used again and again: memory that
   * was freed on a stream is given to that stream only, and cuBLAS keeps room for each.
   */
  private static final class Streams {
    private static final Map<String, Deque<Stream>> FREE = new HashMap<>();

    static synchronized Stream take(TorchDevice device) {
      Deque<Stream> free = FREE.get(device.toString());
      return free == null || free.isEmpty()
          ? guard().getStreamFromGlobalPool(device.device())
          : free.pop();
    }

    static synchronized void giveBack(TorchDevice device, Stream stream) {
      FREE.computeIfAbsent(device.toString(), name -> new ArrayDeque<>()).push(stream);
    }
  }

  private static synchronized Slots slots() {
    if (slots == null) {
      slots = new Slots(torch.cuda_device_count());
    }
    return slots;
  }

  private static DeviceGuardImplInterface guard() {
    return torch.getDeviceGuardImpl(torch.DeviceType.CUDA);
  }

  /**
   * Seconds until a place was free, and no task here had another precision's products; 0 of what is
   * no GPU.
   */
  public double waited() {
    return waited;
  }

  /** What to compute on. */
  public TorchDevice device() {
    return device;
  }

  /**
   * Waits until all that this thread has asked of a GPU is done, so that what is timed is over, and
   * not for what other tasks have asked of it.
   */
  public static void await() {
    GpuLease held = HELD.get();
    if (held != null && held.own != null) {
      held.own.synchronize();
    } else if (held != null && held.device.isGpu()) {
      guard().getStream(held.device.device()).synchronize();
    }
  }

  @Override
  public void close() {
    HELD.remove();
    try {
      if (own != null) {
        guard().exchangeStream(before);
      }
    } finally {
      giveBack(device, products, own, from, slot);
    }
  }
}
