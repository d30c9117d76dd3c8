package org.seqlm.spark.training;

import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import org.seqlm.neural.learner.RoundPlan;

/**
 * The data of a worker's steps, whenever it is asked for them.
 *
 * @param <S> one step's data
 */
@FunctionalInterface
public interface Steps<S> extends Serializable {
  /** The steps of a plan, the same each time; called by a task. */
  Iterator<S> of(RoundPlan plan) throws IOException;
}
