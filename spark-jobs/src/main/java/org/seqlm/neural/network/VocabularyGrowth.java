package org.seqlm.neural.network;

import java.util.List;
import org.seqlm.neural.OutputKind;

/**
 * A network over a vocabulary that was extended: tokens keep their ids, so all that was learned
 * stays, and what new ids need comes from the old ones. No random numbers are drawn.
 *
 * <ul>
 *   <li>The input of a new token (its embedding, or its column of {@code rnn.weight_ih_l0} with
 *       one-hot input) is that of {@code <unk>}, as which the network has read it until now: on any
 *       text its hidden states are what they were.
 *   <li>The output of a new token (weights and bias) is the mean of those of the rarer half of the
 *       old tokens, ids from ⌈V/2⌉ on; with an adaptive output the mean of those of them in the
 *       last cluster, which new tokens join, while its cutoffs stay. Where the output is tied, so
 *       is the embedding.
 * </ul>
 *
 * The mean keeps new tokens from taking more than is theirs (Hewitt 2021, <i>Initializing New Word
 * Embeddings for Pretrained Language Models</i>): the exponential is convex, so a new token's
 * exp(logit) is at most the mean of those of the set S it is the mean of (Jensen). Old logits are
 * the same in any context of old tokens, and with k new tokens log p(w) of an old one falls by at
 * most log(1 + k p(S) / |S|), p before. Random rows of an untrained network have logits about zero,
 * far above those that a trained one gives rare tokens, and take most of the probability. New
 * tokens begin alike and part with their first gradients, as they stand in different places.
 */
public final class VocabularyGrowth {
  private VocabularyGrowth() {}

  /**
   * The parameters of the network over a larger vocabulary, {@link LanguageNetwork#withVocabulary}.
   *
   * @param spec of the network as it is
   * @param parameters flat, in the order of its {@link ParameterLayout}; not changed
   * @param vocabulary tokens, at least as many as now
   * @return a fresh array, in the order of the larger one's layout
   */
  public static float[] grow(LanguageNetwork spec, float[] parameters, int vocabulary) {
    ParameterLayout before = spec.layout();
    ParameterLayout after = spec.withVocabulary(vocabulary).layout();
    if (parameters.length != before.size()) {
      throw new IllegalArgumentException(
          "the network has " + before.size() + " parameters, but got " + parameters.length);
    }
    float[] grown = new float[after.size()];
    for (int i = 0; i < before.tensors().size(); i++) {
      ParameterLayout.Tensor old = before.tensors().get(i);
      ParameterLayout.Tensor now = after.tensors().get(i);
      if (old.shape().equals(now.shape())) {
        System.arraycopy(parameters, old.offset(), grown, now.offset(), old.size());
      } else if (old.name().startsWith("rnn.")) {
        addColumns(old, parameters, now, grown);
      } else {
        addRows(spec, old, parameters, now, grown);
      }
    }
    return grown;
  }

  /** Of one-hot input: each row (V) gets a value a new token, that of {@code <unk>}. */
  private static void addColumns(
      ParameterLayout.Tensor old, float[] from, ParameterLayout.Tensor now, float[] to) {
    int columns = old.shape().get(1);
    int wider = now.shape().get(1);
    for (int row = 0; row < old.shape().get(0); row++) {
      int begin = old.offset() + row * columns;
      int target = now.offset() + row * wider;
      System.arraycopy(from, begin, to, target, columns);
      for (int column = columns; column < wider; column++) {
        to[target + column] = from[begin];
      }
    }
  }

  /** Of whatever has a row, or of biases a value, a token. */
  private static void addRows(
      LanguageNetwork spec,
      ParameterLayout.Tensor old,
      float[] from,
      ParameterLayout.Tensor now,
      float[] to) {
    List<Integer> shape = old.shape();
    int rows = shape.get(0);
    int width = shape.size() == 1 ? 1 : shape.get(1);
    System.arraycopy(from, old.offset(), to, now.offset(), old.size());
    boolean input = old.name().equals("embedding.weight") && spec.output() != OutputKind.TIED;
    // The last rows are those of the last ids: the rarer half, or what of it is in the cluster.
    int some = input ? 1 : Math.min(rows, spec.vocabulary() - (spec.vocabulary() + 1) / 2);
    int begin = input ? 0 : rows - some;
    float[] row = new float[width];
    for (int column = 0; column < width; column++) {
      double sum = 0;
      for (int r = begin; r < begin + some; r++) {
        sum += from[old.offset() + r * width + column];
      }
      row[column] = (float) (sum / some);
    }
    for (int r = rows; r < now.shape().get(0); r++) {
      System.arraycopy(row, 0, to, now.offset() + r * width, width);
    }
  }
}
