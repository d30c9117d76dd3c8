package org.seqlm.neural.dl4j;

import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.seqlm.neural.dl4j.device.EngineSettings;
import org.seqlm.neural.dl4j.device.RawArrays;
import org.seqlm.neural.learner.StretchScorer;
import org.seqlm.neural.learner.StretchWindows;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.InnerOptimizer;

/**
 * Scores with Deeplearning4j's own layers, on any backend of ND4J's. Its output layer knows all of
 * a window's probabilities only, so a window has as many rows as {@link #PROBABILITIES} allow.
 */
final class Dl4jScorer implements StretchScorer {
  /** Of a window at most, 32 MiB, unless one step has more. */
  private static final int PROBABILITIES = 1 << 23;

  /** Of a window, T B: enough for products to be worth it. */
  private static final int ROWS = 512;

  private final LanguageNetwork spec;

  Dl4jScorer(LanguageNetwork spec) {
    this.spec = spec;
  }

  @Override
  public double[][] nats(float[] parameters, List<Stretch> stretches) {
    EngineSettings.apply();
    StretchWindows windows =
        new StretchWindows(stretches, Math.min(ROWS, PROBABILITIES / spec.vocabulary()));
    int batch = windows.batch();
    int time = windows.timeSteps();
    MultiLayerNetwork network =
        Dl4jNetworks.network(
            LayerOrigin.DL4J,
            spec,
            new InnerOptimizer(InnerOptimizer.Kind.SGD, 0, 0),
            time,
            parameters,
            new StepClock());
    for (int w = 0; w < windows.windows(); w++) {
      StretchWindows.Asked asked = windows.asked(w);
      INDArray features =
          Dl4jNetworks.dataSet(
                  LayerOrigin.DL4J,
                  spec,
                  batch,
                  time,
                  batchFirst(windows.inputs(w), batch),
                  new int[batch * time])
              .getFeatures();
      // (B, V, T)
      INDArray probabilities = network.rnnTimeStep(features);
      windows.put(w, asked, nats(probabilities, asked, batch));
    }
    return windows.nats();
  }

  private static int[] batchFirst(long[] timeFirst, int batch) {
    int time = timeFirst.length / batch;
    int[] result = new int[timeFirst.length];
    for (int i = 0; i < result.length; i++) {
      result[i % batch * time + i / batch] = (int) timeFirst[i];
    }
    return result;
  }

  private double[] nats(INDArray probabilities, StretchWindows.Asked asked, int batch) {
    float[] all = RawArrays.floats(probabilities, 'c');
    int time = (int) probabilities.size(2);
    double[] nats = new double[asked.rows().length];
    for (int i = 0; i < nats.length; i++) {
      int b = (int) (asked.rows()[i] % batch);
      int t = (int) (asked.rows()[i] / batch);
      long at = ((long) b * spec.vocabulary() + asked.targets()[i]) * time + t;
      // A softmax has no zeros: what underflows counts as the smallest that there is.
      nats[i] = -Math.log(Math.max(all[(int) at], Float.MIN_VALUE));
    }
    return nats;
  }
}
