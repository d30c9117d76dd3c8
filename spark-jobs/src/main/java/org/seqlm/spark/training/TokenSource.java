package org.seqlm.spark.training;

import java.io.IOException;
import java.io.Serializable;

/** Where an executor finds the tokens of a training text. */
public interface TokenSource extends Serializable {
  /** The number of tokens. */
  long tokens();

  /** Reads the tokens {@code [from, to)}, a few at a time: a worker's need not fit an array. */
  int[] read(long from, long to) throws IOException;

  /** Equal keys read equal tokens. */
  String key();
}
