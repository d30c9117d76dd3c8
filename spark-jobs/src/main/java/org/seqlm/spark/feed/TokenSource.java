package org.seqlm.spark.feed;

import java.io.Serializable;
import org.seqlm.neural.learner.ShardReader;

/** Where an executor finds the tokens of a training text. */
public interface TokenSource extends ShardReader.Source, Serializable {
  /** The number of tokens of a pass. */
  long tokens();

  /** Equal keys read equal tokens. */
  String key();
}
