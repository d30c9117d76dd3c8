package org.seqlm.neural.torch.device;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How busy a GPU is, as {@code nvidia-smi} told last. A thread of its own asks every few seconds
 * while somebody wants to know, so that no step ever waits for an answer.
 *
 * @param utilisation share of the driver's last sampling period in which a kernel ran, 0 to 1
 * @param usedBytes of its memory, by all processes
 * @param totalBytes of its memory
 */
public record GpuUse(double utilisation, long usedBytes, long totalBytes)
    implements java.io.Serializable {
  private static final String FIELDS = "utilization.gpu,memory.used,memory.total"; // %, MiB, MiB

  private static final long EVERY_MILLIS = 5_000;

  /** After so long without anybody who wants to know, nobody asks any more. */
  private static final long WANTED_MILLIS = 60_000;

  private static final Map<Integer, GpuUse> LAST = new ConcurrentHashMap<>();
  private static final AtomicBoolean ASKING = new AtomicBoolean();
  private static volatile long wanted; // by the clock

  /**
   * What is known of a GPU.
   *
   * @param gpu as {@code nvidia-smi} numbers them; null of a CPU
   * @return null on a CPU, and where nobody has told yet
   */
  public static GpuUse of(Integer gpu) {
    if (gpu == null) {
      return null;
    }
    wanted = System.currentTimeMillis();
    if (ASKING.compareAndSet(false, true)) {
      Thread thread = new Thread(GpuUse::watch, "seqlm-gpu-use");
      thread.setDaemon(true);
      thread.start();
    }
    return LAST.get(gpu);
  }

  private static void watch() {
    try {
      while (System.currentTimeMillis() - wanted < WANTED_MILLIS) {
        LAST.putAll(parse(NvidiaSmi.ask(FIELDS)));
        Thread.sleep(EVERY_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ASKING.set(false);
    }
  }

  /**
   * Of lines {@code INDEX, PER CENT, MIB, MIB}, by index. A line with anything else, as some GPUs
   * have {@code [N/A]}, tells nothing.
   */
  static Map<Integer, GpuUse> parse(List<String> lines) {
    Map<Integer, GpuUse> uses = new HashMap<>();
    for (NvidiaSmi.Row row : NvidiaSmi.rows(lines, 3)) {
      Long busy = row.number(0);
      Long used = row.number(1);
      Long total = row.number(2);
      if (busy != null && used != null && total != null) {
        uses.put(row.gpu(), new GpuUse(busy / 100.0, used << 20, total << 20));
      }
    }
    return uses;
  }
}
