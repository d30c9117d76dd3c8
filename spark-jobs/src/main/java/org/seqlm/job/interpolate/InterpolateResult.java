package org.seqlm.job.interpolate;

import java.util.List;
import org.seqlm.lm.MixtureWeights;

/**
 * What {@code interpolate} found.
 *
 * @param dataset that was scored
 * @param split of it
 * @param tokens scored
 * @param models in the order given
 * @param mixture of them
 * @param ending why the search for weights ended; null where they were given
 * @param iterations of the search, the first with the weights begun with
 * @param output the mixture's folder, null if none was wanted
 * @param notes what to know about these figures
 */
record InterpolateResult(
    String dataset,
    String split,
    long tokens,
    List<Component> models,
    Mixed mixture,
    MixtureWeights.Ending ending,
    List<MixtureWeights.Iteration> iterations,
    String output,
    List<String> notes) {

  /**
   * One of the models.
   *
   * @param path as given
   * @param kind for instance {@code lstm 1x128}
   * @param fingerprint of its folder
   * @param weight in the mixture, 0 to 1
   * @param unknown tokens of the text that it does not know
   * @param zeroProbability tokens of the text that it excludes
   * @param natsPerToken its cross-entropy by itself, null if it is infinite
   * @param perplexity its own, null if it is infinite
   */
  record Component(
      String path,
      String kind,
      String fingerprint,
      double weight,
      long unknown,
      long zeroProbability,
      Double natsPerToken,
      Double perplexity) {}

  /**
   * The mixture.
   *
   * @param title its models and weights
   * @param zeroProbability tokens of the text that it excludes
   * @param logLikelihood of the text in nats, without the tokens excluded
   * @param natsPerToken its cross-entropy, null if it is infinite
   * @param perplexity null if it is infinite
   */
  record Mixed(
      String title,
      long zeroProbability,
      double logLikelihood,
      Double natsPerToken,
      Double perplexity) {}
}
