package org.seqlm.neural.network;

import java.io.Serializable;

/**
 * What a network reads, computes and predicts, without an engine. A language model is one of them;
 * the others are trained on examples. Each says where its parameters lie and what they are first,
 * and how bad a loss can be before it is an explosion.
 *
 * <p>The loss of every network is a mean of nats, or of a density's nats, over what it predicts in
 * a batch: tokens, labels, values.
 */
public sealed interface Network extends Serializable
    permits LanguageNetwork, Classifier, Tagger, SequenceToSequence, Series, Grid, Frames {

  /** How far above a guess, in nats a target, a mean loss is an explosion. */
  double EXPLOSION = 5;

  /** Where each tensor lies, and what it is first. */
  ParameterLayout layout();

  /** In nats: a worker's mean loss above it is an explosion. */
  double lossBound();

  /** For instance {@code lstm 1x128}. */
  String title();

  /** For instance {@code language model}: what it is, as messages name it. */
  String what();
}
