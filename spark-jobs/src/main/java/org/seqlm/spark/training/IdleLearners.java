package org.seqlm.spark.training;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.seqlm.neural.learner.Learner;

/**
 * The learners of a process that train nothing now, by {@link Learner.Factory#key}: as many of a
 * key as tasks trained at once, and those of the {@link #KEYS} keys used last. A learner keeps
 * nothing of a round, and its key says all that it is made of, so what one run leaves another may
 * take up; hooks have a key of their own.
 */
final class IdleLearners {
  /** Of a process's runs few train at a time; a network and its learners may be large. */
  static final int KEYS = 2;

  private final Map<String, Deque<Learner<?>>> idle = new LinkedHashMap<>(16, 0.75f, true);

  /** One that is idle, or a new one. */
  @SuppressWarnings("unchecked") // equal keys make equal learners
  <S> Learner<S> take(Learner.Factory<S> factory) {
    synchronized (this) {
      Deque<Learner<?>> known = idle.get(factory.key());
      if (known != null && !known.isEmpty()) {
        return (Learner<S>) known.pop();
      }
    }
    return factory.create();
  }

  /** One that may train again. */
  synchronized <S> void giveBack(Learner.Factory<S> factory, Learner<S> learner) {
    idle.computeIfAbsent(factory.key(), key -> new ArrayDeque<>()).push(learner);
    if (idle.size() > KEYS) {
      idle.remove(idle.keySet().iterator().next());
    }
  }
}
