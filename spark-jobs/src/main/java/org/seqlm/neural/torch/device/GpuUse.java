package org.seqlm.neural.torch.device;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

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

  /** An answer that is older is of another time, perhaps of another round. */
  static final long FRESH_MILLIS = 3 * EVERY_MILLIS;

  /** After so long without anybody who wants to know, nobody asks any more. */
  private static final long WANTED_MILLIS = 60_000;

  private static final Map<Integer, Told> LAST = new ConcurrentHashMap<>();
  private static final AtomicBoolean ASKING = new AtomicBoolean();
  private static final AtomicInteger COMPUTING = new AtomicInteger();
  private static volatile long wanted; // by the clock; 0 before the first GPU

  /** When an answer came, by the clock. */
  private record Told(GpuUse use, long at) {}

  /** Somebody who will ask at the end of what now begins. */
  public static final class Wanted implements AutoCloseable {
    private Wanted() {}

    @Override
    public void close() {
      wanted = wanted == 0 ? 0 : System.currentTimeMillis();
      COMPUTING.decrementAndGet();
    }
  }

  /**
   * Until it is closed somebody computes, perhaps on a GPU, and will ask: where anybody has asked
   * before, what is then told is of this time, however long it takes.
   */
  public static Wanted wanted() {
    COMPUTING.incrementAndGet();
    if (wanted != 0) {
      ask();
    }
    return new Wanted();
  }

  /**
   * What is known of a GPU.
   *
   * @param gpu as {@code nvidia-smi} numbers them; null of a CPU
   * @return null on a CPU, and where nobody has told within the last seconds
   */
  public static GpuUse of(Integer gpu) {
    if (gpu == null) {
      return null;
    }
    wanted = System.currentTimeMillis();
    ask();
    return known(gpu, wanted);
  }

  /** What was told of a GPU not long before a time; else null. */
  static GpuUse known(int gpu, long now) {
    Told told = LAST.get(gpu);
    return told == null || now - told.at() > FRESH_MILLIS ? null : told.use();
  }

  static void tell(Map<Integer, GpuUse> uses, long now) {
    uses.forEach((gpu, use) -> LAST.put(gpu, new Told(use, now)));
  }

  private static void ask() {
    if (ASKING.compareAndSet(false, true)) {
      Thread thread = new Thread(GpuUse::watch, "seqlm-gpu-use");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static void watch() {
    try {
      while (COMPUTING.get() > 0 || System.currentTimeMillis() - wanted < WANTED_MILLIS) {
        tell(parse(NvidiaSmi.ask(FIELDS)), System.currentTimeMillis());
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
