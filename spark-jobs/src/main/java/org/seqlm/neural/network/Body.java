package org.seqlm.neural.network;

import java.io.Serializable;

/** What turns a sequence of vectors into as many, each of which has seen others. */
public sealed interface Body extends Serializable permits RecurrentBody, AttentionBody {

  /** The width of what comes out of each step. */
  int outputWidth();

  /** For instance {@code lstm 1x64 both ways}. */
  String title();

  /**
   * Adds its parameters.
   *
   * @param prefix before their names, for instance {@code encoder.}; empty for none
   * @param inputs width of what it reads
   */
  void add(ParameterLayout.Builder builder, String prefix, int inputs);
}
