package org.seqlm.neural.torch.modules;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.torch.device.TorchDevice;

/** What a network predicts of a batch. */
public sealed interface Predictions {

  /** As named arrays, {@link org.seqlm.neural.learner.Predictor}'s. */
  Batch toBatch(int size);

  /**
   * Labels, of each example or of each of its steps.
   *
   * @param ids the likeliest, of equal ones the first; (B), or (B, T) with 0 where a sequence is
   *     padded; row-major
   * @param logProbabilities in nats, of every label: (B, C), or (B, T, C) with 0 where it is padded
   * @param labels C
   * @param shape of the ids
   */
  record Labels(int[] ids, float[] logProbabilities, int labels, int... shape)
      implements Predictions {

    @Override
    public Batch toBatch(int size) {
      int[] wide = Arrays.copyOf(shape, shape.length + 1);
      wide[shape.length] = labels;
      return new Batch(size)
          .put("ids", new Batch.Ints(ids, shape))
          .put("log-probabilities", new Batch.Floats(logProbabilities, wide));
    }

    /**
     * The log-probability of a label.
     *
     * @param place in the ids
     */
    public double logProbability(int place, int label) {
      return logProbabilities[place * labels + label];
    }

    /**
     * Of rows that stand at places.
     *
     * @param logits (N, C)
     * @param places of the ids, (N); null where they are all of them
     */
    static Labels of(Tensor logits, long[] places, int... shape) {
      float[] logs = TorchDevice.floats(torch.log_softmax(logits, 1));
      int labels = (int) logits.size(1);
      int size = 1;
      for (int extent : shape) {
        size *= extent;
      }
      int[] ids = new int[size];
      float[] all = places == null ? logs : new float[size * labels];
      for (int n = 0; n < logs.length / labels; n++) {
        int at = places == null ? n : Math.toIntExact(places[n]);
        for (int c = 0; c < labels; c++) {
          float here = logs[n * labels + c];
          all[at * labels + c] = here;
          if (here > all[at * labels + ids[at]]) {
            ids[at] = c;
          }
        }
      }
      return new Labels(ids, all, labels, shape);
    }
  }

  /**
   * Values, each a Gaussian of its own: of the step at a place, made of the steps before it. What
   * nothing was known before has mean and log-variance 0, as standardised values have in the whole.
   *
   * @param means (B, T, F), row-major
   * @param logVariances of the same shape
   * @param shape of them
   */
  record Gaussians(float[] means, float[] logVariances, int... shape) implements Predictions {
    @Override
    public Batch toBatch(int size) {
      return new Batch(size)
          .put("means", new Batch.Floats(means, shape))
          .put("log-variances", new Batch.Floats(logVariances, shape));
    }
  }
}
