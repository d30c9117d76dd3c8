package org.seqlm.bench.scale;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * The heap of this process: the driver's, and with a local master that of all tasks, too. Each
 * collection tells what was in use before and after it. In use is highest just before one, so the
 * peak is exact, but garbage is in it; what is in use after one is at most what is alive and old
 * garbage that this collection left alone.
 */
public final class HeapMeter implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 500;

  private final Set<String> pools =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .map(MemoryPoolMXBean::getName)
          .collect(Collectors.toUnmodifiableSet());
  private final List<Collection> collections = new ArrayList<>();
  private final NotificationListener listener = this::collected;
  private final long countBefore;
  private long highest;

  /** One collection; times are milliseconds of the clock. */
  private record Collection(long begin, long end, long before, long after) {}

  /**
   * What was in use.
   *
   * @param maxBytes the heap may grow to
   * @param startBytes in use at the start, after a collection
   * @param peakBytes the most in use at any time, garbage too
   * @param afterCollectionBytes the most in use right after a collection; that of the start if
   *     there was none
   * @param collections there were
   */
  public record Usage(
      long maxBytes, long startBytes, long peakBytes, long afterCollectionBytes, int collections) {}

  private final long start;

  /** Begins, with a collection, so that all begin alike. */
  HeapMeter() {
    System.gc();
    start = used();
    highest = start;
    countBefore = count();
    for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (bean instanceof NotificationEmitter emitter) {
        emitter.addNotificationListener(listener, null, null);
      }
    }
  }

  private static long used() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long count() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(bean -> Math.max(0, bean.getCollectionCount()))
        .sum();
  }

  private void collected(Notification notification, Object handback) {
    if (notification
        .getType()
        .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
      GcInfo info =
          GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
              .getGcInfo();
      // Collections are told in time since the JVM began; the clock may have been set since.
      long jvm = System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getUptime();
      Collection collection =
          new Collection(
              jvm + info.getStartTime(),
              jvm + info.getEndTime(),
              heap(info.getMemoryUsageBeforeGc()),
              heap(info.getMemoryUsageAfterGc()));
      synchronized (collections) {
        collections.add(collection);
      }
    }
  }

  private long heap(Map<String, MemoryUsage> usage) {
    return usage.entrySet().stream()
        .filter(pool -> pools.contains(pool.getKey()))
        .mapToLong(pool -> pool.getValue().getUsed())
        .sum();
  }

  /** What was in use until now. */
  Usage usage() {
    highest = Math.max(highest, used());
    settle();
    synchronized (collections) {
      return new Usage(
          Runtime.getRuntime().maxMemory(),
          start,
          Math.max(highest, collections.stream().mapToLong(Collection::before).max().orElse(0)),
          collections.stream().mapToLong(Collection::after).max().orElse(start),
          collections.size());
    }
  }

  /** The most in use right after a collection between two times of the clock; 0 for none. */
  long afterCollection(long from, long to) {
    synchronized (collections) {
      return collections.stream()
          .filter(one -> one.end() >= from && one.begin() <= to)
          .mapToLong(Collection::after)
          .max()
          .orElse(0);
    }
  }

  /** Collections are told a little late. */
  private void settle() {
    long collected = count() - countBefore;
    for (int waited = 0; waited < PATIENCE_MILLIS; waited += 10) {
      synchronized (collections) {
        if (collections.size() >= collected) {
          return;
        }
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public void close() {
    for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (bean instanceof NotificationEmitter emitter) {
        try {
          emitter.removeNotificationListener(listener);
        } catch (javax.management.ListenerNotFoundException e) {
          // It was never there.
        }
      }
    }
  }
}
