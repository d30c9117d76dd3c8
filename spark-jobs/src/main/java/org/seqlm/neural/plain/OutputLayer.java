package org.seqlm.neural.plain;

import org.seqlm.neural.OutputKind;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;

/** From the last layer's state to log-probabilities. Immutable and shared between threads. */
abstract class OutputLayer {

  /** Of a network with the given flat parameters. */
  static OutputLayer of(LanguageNetwork spec, float[] parameters) {
    return spec.output() == OutputKind.ADAPTIVE
        ? new AdaptiveSoftmax(spec, parameters)
        : new Softmax(spec, parameters);
  }

  /** Buffers for one reader. */
  abstract Scores scores();

  /** One reader's log-probabilities, computed as far as they are asked for. */
  abstract static class Scores {
    /**
     * Takes another state.
     *
     * @param h the last layer's H values, from {@code from} on; not copied
     */
    abstract void begin(float[] h, int from);

    /** ln p of a token. */
    abstract double logProbability(int token);

    /** Of every token. */
    abstract void logProbabilities(float[] into);
  }

  /** A linear map and a softmax over its values. */
  static final class Linear {
    private final float[] weights; // (in, out)
    private final float[] bias; // (out), or empty
    private final int in;
    private final int out;

    /**
     * @param weights (out, in)
     * @param bias (out), or null
     */
    Linear(ParameterLayout.Tensor weights, ParameterLayout.Tensor bias, float[] parameters) {
      out = weights.shape().get(0);
      in = weights.shape().get(1);
      this.weights = FloatMath.transposed(parameters, weights.offset(), in, 0, out);
      this.bias =
          bias == null
              ? new float[0]
              : java.util.Arrays.copyOfRange(
                  parameters, bias.offset(), bias.offset() + bias.size());
    }

    int out() {
      return out;
    }

    /** {@code y = W x + b}. */
    void apply(float[] x, int from, float[] y) {
      if (bias.length > 0) {
        System.arraycopy(bias, 0, y, 0, out);
      } else {
        java.util.Arrays.fill(y, 0);
      }
      FloatMath.addProduct(y, out, weights, x, from, in);
    }
  }

  /** One softmax over all tokens; its weights may be the embedding's. */
  private static final class Softmax extends OutputLayer {
    private final Linear linear;

    Softmax(LanguageNetwork spec, float[] parameters) {
      ParameterLayout layout = spec.layout();
      String weights = spec.output() == OutputKind.TIED ? "embedding.weight" : "out.weight";
      linear = new Linear(layout.tensor(weights), layout.tensor("out.bias"), parameters);
    }

    @Override
    Scores scores() {
      float[] logits = new float[linear.out()];
      return new Scores() {
        private double normaliser;

        @Override
        void begin(float[] h, int from) {
          linear.apply(h, from, logits);
          normaliser = FloatMath.logSumExp(logits);
        }

        @Override
        double logProbability(int token) {
          return logits[token] - normaliser;
        }

        @Override
        void logProbabilities(float[] into) {
          for (int i = 0; i < logits.length; i++) {
            into[i] = (float) (logits[i] - normaliser);
          }
        }
      };
    }
  }

  /**
   * A softmax over the frequent tokens and one entry a cluster of rarer ones; a cluster's tokens
   * share its entry by a softmax of their own (Grave et al. 2017, section 4). A cluster is computed
   * only when one of its tokens is asked for.
   */
  private static final class AdaptiveSoftmax extends OutputLayer {
    private final Linear head;
    private final Linear[] projections;
    private final Linear[] tails;
    private final LanguageNetwork spec;
    private final int[] cutoffs;

    AdaptiveSoftmax(LanguageNetwork spec, float[] parameters) {
      this.spec = spec;
      ParameterLayout layout = spec.layout();
      cutoffs = spec.cutoffs().stream().mapToInt(Integer::intValue).toArray();
      head = new Linear(layout.tensor("out.head.weight"), null, parameters);
      projections = new Linear[cutoffs.length];
      tails = new Linear[cutoffs.length];
      for (int i = 0; i < cutoffs.length; i++) {
        String tail = "out.tail." + i;
        projections[i] = new Linear(layout.tensor(tail + ".0.weight"), null, parameters);
        tails[i] = new Linear(layout.tensor(tail + ".1.weight"), null, parameters);
      }
    }

    @Override
    Scores scores() {
      return new AdaptiveScores();
    }

    private final class AdaptiveScores extends Scores {
      private final float[] headLogits = new float[head.out()];
      private final float[][] projected = new float[tails.length][];
      private final float[][] tailLogits = new float[tails.length][];
      // What to take off a cluster's logits: its own normaliser less the log-probability of its
      // entry in the head.
      private final double[] normalisers = new double[tails.length];
      private final boolean[] known = new boolean[tails.length];
      private double headNormaliser;
      private float[] state;
      private int stateAt;

      @Override
      void begin(float[] h, int from) {
        state = h;
        stateAt = from;
        head.apply(h, from, headLogits);
        headNormaliser = FloatMath.logSumExp(headLogits);
        java.util.Arrays.fill(known, false);
      }

      private void compute(int cluster) {
        if (known[cluster]) {
          return;
        }
        if (tailLogits[cluster] == null) {
          projected[cluster] = new float[projections[cluster].out()];
          tailLogits[cluster] = new float[tails[cluster].out()];
        }
        projections[cluster].apply(state, stateAt, projected[cluster]);
        tails[cluster].apply(projected[cluster], 0, tailLogits[cluster]);
        double entry = headLogits[cutoffs[0] + cluster] - headNormaliser;
        normalisers[cluster] = FloatMath.logSumExp(tailLogits[cluster]) - entry;
        known[cluster] = true;
      }

      @Override
      double logProbability(int token) {
        int cluster = spec.cluster(token);
        if (cluster < 0) {
          return headLogits[token] - headNormaliser;
        }
        compute(cluster);
        return tailLogits[cluster][token - cutoffs[cluster]] - normalisers[cluster];
      }

      @Override
      void logProbabilities(float[] into) {
        for (int i = 0; i < cutoffs[0]; i++) {
          into[i] = (float) (headLogits[i] - headNormaliser);
        }
        for (int cluster = 0; cluster < tails.length; cluster++) {
          compute(cluster);
          float[] logits = tailLogits[cluster];
          for (int i = 0; i < logits.length; i++) {
            into[cutoffs[cluster] + i] = (float) (logits[i] - normalisers[cluster]);
          }
        }
      }
    }
  }
}
