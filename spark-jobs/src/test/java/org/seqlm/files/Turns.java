package org.seqlm.files;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Lets some threads take turns, one call to a store after another, in an order that a seed decides.
 * Other threads are not held up.
 */
public final class Turns {
  private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final Random random;
  private final List<Thread> waiting;
  private Thread next;
  private Runnable between = () -> {};

  /**
   * @param threads not yet started; each must {@link #leave} at its end
   */
  public Turns(long seed, List<Thread> threads) {
    random = new Random(seed);
    waiting = new ArrayList<>(threads);
    choose();
  }

  /** What is looked at between two calls, when no call is under way. */
  public void between(Runnable look) {
    between = look;
  }

  private void choose() {
    next = waiting.isEmpty() ? null : waiting.get(random.nextInt(waiting.size()));
  }

  /** Waits until this thread may make its next call. */
  synchronized void await() {
    if (!waiting.contains(Thread.currentThread())) {
      return;
    }
    between.run();
    choose();
    notifyAll();
    untilNext();
  }

  /** To be called first: a thread runs only when it is its turn. */
  public synchronized void enter() {
    untilNext();
  }

  private void untilNext() {
    long until = System.nanoTime() + STUCK_NANOS;
    boolean interrupted = false;
    while (next != Thread.currentThread() && System.nanoTime() < until) {
      try {
        wait(100);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (next != Thread.currentThread()) {
      throw new IllegalStateException("the thread whose turn it is makes no call");
    }
  }

  /** To be called last. */
  public synchronized void leave() {
    between.run();
    waiting.remove(Thread.currentThread());
    choose();
    notifyAll();
  }
}
