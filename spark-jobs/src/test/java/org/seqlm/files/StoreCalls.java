package org.seqlm.files;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What reaches one store, counted, and broken where a test says so. All file systems of a name
 * share it: those of a driver and those of its tasks.
 */
public final class StoreCalls {
  private static final Map<String, StoreCalls> STORES = new ConcurrentHashMap<>();

  /** The call that is being carried out: what it calls itself reaches no store of its own. */
  private static final ThreadLocal<Boolean> INSIDE = ThreadLocal.withInitial(() -> false);

  /** What becomes of a call. */
  public enum Fault {
    /** The process is gone: this call does nothing, and neither does any later one. */
    KILL,
    /** It fails and does nothing. */
    FAIL_BEFORE,
    /** It is carried out, but its answer is lost. */
    FAIL_AFTER,
    /** It fails, and is carried out only after some more calls. */
    LATE
  }

  /** What a call does to the store. */
  @FunctionalInterface
  public interface Call<T> {
    T run() throws IOException;
  }

  /** A call that was made to fail. */
  public static final class Injected extends IOException {
    private static final long serialVersionUID = 1L;

    Injected(String call) {
      super("injected: " + call);
    }
  }

  private record Late(long at, Call<?> call) {}

  private final List<String> calls = new ArrayList<>();
  private final List<Late> late = new ArrayList<>();
  private Fault fault;
  private long at;
  private long later;
  private volatile Turns turns;

  private StoreCalls() {}

  /** The calls of a store. */
  public static StoreCalls of(String store) {
    return STORES.computeIfAbsent(store, name -> new StoreCalls());
  }

  /** Forgets a store. */
  static void forget(String store) {
    STORES.remove(store);
  }

  /** Begins to count anew, and breaks nothing. */
  public synchronized void count() {
    calls.clear();
    late.clear();
    fault = null;
  }

  /**
   * Begins to count anew, and breaks one call.
   *
   * @param number of the call, from 1
   */
  public synchronized void arm(Fault what, long number) {
    arm(what, number, 3);
  }

  /**
   * As {@link #arm(Fault, long)}.
   *
   * @param after how many more calls a {@link Fault#LATE} one is carried out
   */
  public synchronized void arm(Fault what, long number, long after) {
    count();
    fault = what;
    at = number;
    later = after;
  }

  /** Breaks nothing more; what is late is carried out now. */
  public void disarm() {
    List<Late> due;
    synchronized (this) {
      fault = null;
      due = List.copyOf(late);
      late.clear();
    }
    due.forEach(StoreCalls::carryOut);
  }

  /** Breaks nothing more, but what is late stays so. */
  public synchronized void endFault() {
    fault = null;
  }

  /** The calls since counting began, in their order. */
  public synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  /** Who may call next, or null if anyone may. */
  public void turns(Turns order) {
    turns = order;
  }

  /** Does something that is neither counted nor broken, nor waits for a turn. */
  public static <T> T aside(Call<T> what) throws IOException {
    boolean before = INSIDE.get();
    INSIDE.set(true);
    try {
      return what.run();
    } finally {
      INSIDE.set(before);
    }
  }

  /** What reaches the store. */
  <T> T call(String operation, String path, Call<T> call) throws IOException {
    if (INSIDE.get()) {
      return call.run();
    }
    Turns order = turns;
    if (order != null) {
      order.await();
    }
    String name = operation + " " + path;
    Fault now;
    List<Late> due = new ArrayList<>();
    synchronized (this) {
      calls.add(name);
      long number = calls.size();
      for (Iterator<Late> each = late.iterator(); each.hasNext(); ) {
        Late next = each.next();
        if (next.at() <= number) {
          due.add(next);
          each.remove();
        }
      }
      boolean hit = fault != null && (number == at || fault == Fault.KILL && number > at);
      now = hit ? fault : null;
      if (now == Fault.LATE) {
        late.add(new Late(number + later, call));
      }
    }
    due.forEach(StoreCalls::carryOut);
    if (now == null) {
      return aside(call);
    }
    if (now == Fault.FAIL_AFTER) {
      aside(call);
    }
    throw new Injected(name);
  }

  /** Nobody waits for its answer any more. */
  private static void carryOut(Late late) {
    try {
      aside(late.call());
    } catch (IOException e) {
      // As the store would have told.
    }
  }
}
