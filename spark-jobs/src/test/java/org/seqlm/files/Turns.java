package org.seqlm.files;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Lets some threads take turns, one call to a store after another. Other threads are not held up.
 */
public final class Turns {
  private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** Whose turn is next. */
  private interface Choice {
    Thread of(List<Thread> waiting);
  }

  private final Choice choice;
  private final List<Thread> waiting;
  private Thread next;
  private Runnable between = () -> {};

  private Turns(List<Thread> threads, Choice choice) {
    this.choice = choice;
    waiting = new ArrayList<>(threads);
    choose();
  }

  /**
   * By chance.
   *
   * @param threads not yet started; each must {@link #enter} first and {@link #leave} last
   */
  public static Turns random(long seed, List<Thread> threads) {
    Random random = new Random(seed);
    return new Turns(threads, waiting -> waiting.get(random.nextInt(waiting.size())));
  }

  /**
   * The first stops before one of its calls until the others are through.
   *
   * @param call by its number, from 1
   * @param threads as for {@link #random}
   */
  public static Turns stopping(int call, List<Thread> threads) {
    int[] turns = new int[1];
    return new Turns(
        threads,
        waiting ->
            ++turns[0] <= call || waiting.size() == 1
                ? waiting.get(0)
                : waiting.get(waiting.get(0) == threads.get(0) ? 1 : 0));
  }

  /** What is looked at between two calls, when no call is under way. */
  public void between(Runnable look) {
    between = look;
  }

  private void choose() {
    next = waiting.isEmpty() ? null : choice.of(waiting);
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
