package org.seqlm;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What a process has opened, for whoever needs the same again: the last few, by key. Who asks for
 * what another is opening waits for it, so that the tasks of an executor open it once. What could
 * not be opened is tried again by the next.
 */
public final class Kept<V> {
  private final Map<String, Slot<V>> slots = new LinkedHashMap<>(16, 0.75f, true);
  private final int most;

  private static final class Slot<V> {
    private V value; // null until it is open
  }

  /** Opens something. */
  @FunctionalInterface
  public interface Opening<V> {
    /** Never null. */
    V open() throws IOException;
  }

  /**
   * @param most that are kept; those that were asked for longest ago go first
   */
  public Kept(int most) {
    this.most = most;
  }

  /**
   * What a key stands for. Opening it may ask for other keys.
   *
   * @param key that tells it from all others, whenever and by whomever they are opened
   */
  public V open(String key, Opening<V> opening) throws IOException {
    Slot<V> slot;
    synchronized (slots) {
      slot = slots.computeIfAbsent(key, absent -> new Slot<>());
      if (slots.size() > most) {
        slots.remove(slots.keySet().iterator().next());
      }
    }
    synchronized (slot) {
      if (slot.value == null) {
        slot.value = opening.open();
      }
      return slot.value;
    }
  }

  /** Keeps none of some keys; who opens one of them still gets what it opened. */
  public void drop(Predicate<String> keys) {
    synchronized (slots) {
      slots.keySet().removeIf(keys);
    }
  }

  /** Keeps nothing, as a process that has just started. */
  public void clear() {
    synchronized (slots) {
      slots.clear();
    }
  }
}
