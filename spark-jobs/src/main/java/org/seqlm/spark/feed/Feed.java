package org.seqlm.spark.feed;

import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.network.Network;

/**
 * What a training reads. What a step of a worker reads is a function of the step alone, so a round
 * is read again from its plan, whoever reads it. Travels to executors.
 */
public interface Feed extends Serializable {

  /** Units of a pass: tokens of a text, or examples. */
  long units();

  /**
   * The data of a round's steps, as an engine takes them, each made when it is asked for; called by
   * a task.
   *
   * @param <S> one step's data
   */
  <S> Iterator<S> steps(Engine<S> engine, Network network, RoundPlan plan) throws IOException;
}
