package org.seqlm.neural.torch.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.kernels.KernelSet;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;

/** Tasks share GPUs out. */
class GpuLeaseTest {
  private static final TorchDevice GPU = TorchDevice.likeGpu(RecurrentCalls.LIBTORCH);

  /** Which takes its time, and is no part of what is waited for here. */
  @BeforeAll
  static void load() {
    TorchDevice.library();
  }

  @Test
  void theEmptiestIsNext() {
    GpuLease.Slots slots = new GpuLease.Slots(3);
    List<Integer> taken = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      taken.add(slots.take(2));
    }
    assertThat(taken).containsExactly(0, 1, 2, 0, 1);
    slots.giveBack(1);
    slots.giveBack(1);
    assertThat(slots.take(2)).isEqualTo(1);
  }

  @Test
  @Timeout(30)
  void oneTooManyWaits() throws Exception {
    GpuLease.Slots slots = new GpuLease.Slots(2);
    int tasks = 8;
    ExecutorService threads = Executors.newFixedThreadPool(tasks);
    try {
      int[] now = new int[2];
      AtomicInteger most = new AtomicInteger();
      CountDownLatch all = new CountDownLatch(tasks);
      List<Future<?>> futures = new ArrayList<>();
      for (int i = 0; i < tasks; i++) {
        futures.add(
            threads.submit(
                () -> {
                  all.countDown();
                  all.await();
                  int gpu = slots.take(1);
                  synchronized (now) {
                    most.accumulateAndGet(++now[gpu], Math::max);
                  }
                  Thread.sleep(5);
                  synchronized (now) {
                    now[gpu]--;
                  }
                  slots.giveBack(gpu);
                  return null;
                }));
      }
      for (Future<?> future : futures) {
        future.get(20, TimeUnit.SECONDS);
      }
      assertThat(most.get()).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  @Timeout(30)
  void aTaskCountsWhatItWaitsForAPlaceAndForItsProducts() throws Exception {
    GpuLease.Slots slots = new GpuLease.Slots(1);
    assertThat(slots.take(1)).isZero();
    FutureTask<Double> place = new FutureTask<>(() -> waited(slots));
    letWait(place);
    slots.giveBack(0);
    assertThat(place.get()).isBetween(0.05, 20.0);
    // Spark has given it the GPU.
    FutureTask<Double> products = new FutureTask<>(() -> waited(null));
    try (Float32Products strict = Float32Products.on(GPU, Precision.FLOAT32)) {
      letWait(products);
    }
    assertThat(products.get()).isBetween(0.05, 20.0);
  }

  /** Returns when it has waited for 0.05 s. */
  private static void letWait(FutureTask<?> task) throws InterruptedException {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
    while (thread.getState() != Thread.State.WAITING) {
      Thread.sleep(1);
    }
    Thread.sleep(60);
  }

  private static double waited(GpuLease.Slots slots) {
    try (GpuLease lease = GpuLease.take(GPU, slots, 1, Precision.TF32)) {
      return lease.waited();
    }
  }

  @Test
  @Timeout(30)
  void whoIsInterruptedLeavesItsPlaceToOthers() throws Exception {
    GpuLease.Slots slots = new GpuLease.Slots(1);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Float32Products strict = Float32Products.on(GPU, Precision.FLOAT32)) {
      Future<Double> waits = thread.submit(() -> waited(slots));
      Thread.sleep(50);
      thread.shutdownNow();
      assertThatThrownBy(waits::get).hasMessageContaining("interrupted");
      assertThat(slots.take(1)).isZero();
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void tf32WithoutAGpuIsRefused() {
    Execution auto = new Execution(Execution.Device.AUTO, Precision.TF32);
    UserException refused =
        catchThrowableOfType(
            UserException.class, () -> GpuLease.take(auto, auto.precision()).close());
    assertThat(refused.exitCode()).isEqualTo(ExitCode.PLATFORM);
    assertThat(refused.getMessage()).contains("execution.precision tf32", "float32");
    // What validates is strict.
    try (GpuLease lease = GpuLease.take(auto, Precision.FLOAT32)) {
      assertThat(lease.device().isGpu()).isFalse();
    }
    UserException configured =
        catchThrowableOfType(
            UserException.class, () -> new Execution(Execution.Device.CPU, Precision.TF32));
    assertThat(configured.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    UserException portable =
        catchThrowableOfType(
            UserException.class,
            () -> new Execution(Execution.Device.AUTO, Precision.TF32, KernelSet.PORTABLE));
    assertThat(portable.getMessage())
        .contains("execution.kernels to native")
        .doesNotContain("execution.device");
    assertThat(Collections.singleton(new Execution(Execution.Device.CUDA, Precision.TF32)))
        .allMatch(execution -> execution.workersPerGpu() == 1);
  }
}
