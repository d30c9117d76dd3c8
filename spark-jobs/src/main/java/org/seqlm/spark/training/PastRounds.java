package org.seqlm.spark.training;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.neural.files.StateFile;

/**
 * How a worker comes by its state where no executor remembers it: it lies in a file of the last
 * round that kept one, and the rounds since are trained again from what they began with.
 *
 * @param states by worker; empty before the first round, where all are fresh
 * @param since rounds after these states, in order
 */
record PastRounds(ArrayList<StateFile> states, ArrayList<Round> since) implements Serializable {
  /**
   * A round whose states are in no file.
   *
   * @param shared what its workers began with
   * @param planner what they did
   */
  record Round(StateFile shared, AveragingRound.Planner planner) implements Serializable {}

  static PastRounds of(List<StateFile> states) {
    return new PastRounds(new ArrayList<>(states), new ArrayList<>());
  }

  /** These rounds and one more. */
  PastRounds and(Round round) {
    ArrayList<Round> longer = new ArrayList<>(since);
    longer.add(round);
    return new PastRounds(states, longer);
  }
}
