package org.seqlm.neural.torch.device;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

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
  private static final AtomicLong WANTED = new AtomicLong(); // by the clock; 0 before the first GPU

  /** When it was asked, by the clock. */
  private record Told(GpuUse use, long at) {}

  /** Somebody who will ask at the end of what now begins. */
  public static final class Wanted implements AutoCloseable {
    private final long began = System.currentTimeMillis();

    private Wanted() {}

    /**
     * What is known of a GPU since this began.
     *
     * @param gpu as {@code nvidia-smi} numbers them; null of a CPU
     * @return null on a CPU, and where nobody has told within the last seconds
     */
    public GpuUse use(Integer gpu) {
      if (gpu == null) {
        return null;
      }
      long now = System.currentTimeMillis();
      WANTED.set(now);
      ask();
      return known(gpu, began, now);
    }

    @Override
    public void close() {
      WANTED.updateAndGet(at -> at == 0 ? 0 : System.currentTimeMillis());
      COMPUTING.decrementAndGet();
    }
  }

  /**
   * Until it is closed somebody computes, perhaps on a GPU, and will ask. Where it is known to be a
   * GPU, or anybody has asked before, what is then told is of this time, however long it takes.
   *
   * @param gpu that it is, as far as known; null of a CPU, and where nobody knows
   */
  public static Wanted wanted(Integer gpu) {
    COMPUTING.incrementAndGet();
    Wanted wanted = new Wanted();
    if (gpu != null) {
      WANTED.set(wanted.began);
    }
    if (WANTED.get() != 0) {
      ask();
    }
    return wanted;
  }

  /** What was told of a GPU after a time, and not long before another; else null. */
  static GpuUse known(int gpu, long from, long now) {
    Told told = LAST.get(gpu);
    return told == null || told.at() < Math.max(from, now - FRESH_MILLIS) ? null : told.use();
  }

  static void tell(Map<Integer, GpuUse> uses, long asked) {
    uses.forEach((gpu, use) -> LAST.put(gpu, new Told(use, asked)));
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
      while (somebodyWants()) {
        long asked = System.currentTimeMillis();
        tell(parse(NvidiaSmi.ask(FIELDS)), asked);
        Thread.sleep(EVERY_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } finally {
      ASKING.set(false);
    }
    if (somebodyWants()) {
      ask(); // whoever began meanwhile took this thread for one that goes on
    }
  }

  private static boolean somebodyWants() {
    return COMPUTING.get() > 0 || System.currentTimeMillis() - WANTED.get() < WANTED_MILLIS;
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
