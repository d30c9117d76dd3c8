package org.seqlm.neural.torch.modules;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.Series;
import org.seqlm.neural.series.GappedSeries;
import org.seqlm.neural.series.History;
import org.seqlm.neural.torch.device.TorchDevice;

/**
 * A series' next values as Gaussians: of a batch it reads {@code values} (B, T, F), standardised,
 * with their lengths, {@code observed} of the same shape, 1 where there is a value, and where it
 * has them {@code times} (B, T). What it reads are the {@link History histories} of all series;
 * where values are made as it goes on, by its own predictions or by decay, it reads step by step.
 */
final class SeriesModule implements ModuleNetwork {
  private static final int MASK = 1;

  private final Series network;
  private final RecurrentBody body;
  private final int features;

  SeriesModule(Series network) {
    this.network = network;
    body = network.body();
    features = network.features();
  }

  /**
   * What a batch's steps are predicted after.
   *
   * @param histories of all series, one after the other
   * @param rows the longest history
   * @param steps places in (B, T) of the steps that are predicted, rising
   * @param after of each its place in (histories, rows)
   */
  private record Plan(List<History> histories, int rows, long[] steps, long[] after) {}

  /**
   * What was made of a batch.
   *
   * @param means (steps, F)
   * @param logVariances (steps, F)
   */
  private record Made(Plan plan, Tensor means, Tensor logVariances) {}

  @Override
  public Loss loss(Pass pass, Batch batch) {
    return loss(pass, batch, made(pass, batch));
  }

  private Loss loss(Pass pass, Batch batch, Made made) {
    Batch.Floats values = batch.floats("values");
    int[] observed = batch.ints("observed").values();
    long[] steps = made.plan().steps();
    float[] targets = new float[steps.length * features];
    float[] counts = new float[targets.length];
    int there = 0;
    for (int i = 0; i < targets.length; i++) {
      int place = Math.toIntExact(steps[i / features]) * features + i % features;
      boolean counted = observed[place] != 0;
      targets[i] = counted ? values.values()[place] : 0;
      counts[i] = counted ? 1 : 0;
      there += counted ? 1 : 0;
    }
    Tensor of = pass.device().of(pass.type(), targets, steps.length, features);
    Tensor counted = pass.device().of(pass.type(), counts, steps.length, features);
    return Loss.of(
        gaussian(made.means(), made.logVariances(), of)
            .mul(counted)
            .sum()
            .div(new Scalar((double) Math.max(1, there))));
  }

  /** −log density, element by element: {@code ½ (log 2π + s + (x − μ)² e^(−s))}, s = log σ². */
  private static Tensor gaussian(Tensor means, Tensor logVariances, Tensor values) {
    Tensor squares = torch.sub(values, means).pow(new Scalar(2));
    return torch
        .mul(squares, logVariances.neg().exp())
        .add(logVariances)
        .add(new Scalar(Math.log(2 * Math.PI)))
        .mul(new Scalar(0.5));
  }

  @Override
  public long targets(Batch batch) {
    long targets = 0;
    for (int b = 0; b < batch.size(); b++) {
      targets += History.targets(network.gaps(), series(batch, b));
    }
    return targets;
  }

  @Override
  public boolean hasTargets(Batch batch) {
    return batch.has("observed");
  }

  @Override
  public Predictions predict(Pass pass, Batch batch) {
    return predictions(batch, made(pass, batch));
  }

  @Override
  public Scored score(Pass pass, Batch batch) {
    Made made = made(pass, batch);
    return new Scored(loss(pass, batch, made), predictions(batch, made));
  }

  private Predictions predictions(Batch batch, Made made) {
    int time = batch.floats("values").shape()[1];
    float[] means = new float[batch.size() * time * features];
    float[] logVariances = new float[means.length];
    float[] madeMeans = TorchDevice.floats(made.means());
    float[] madeLogs = TorchDevice.floats(made.logVariances());
    for (int i = 0; i < madeMeans.length; i++) {
      int place = Math.toIntExact(made.plan().steps()[i / features]) * features + i % features;
      means[place] = madeMeans[i];
      logVariances[place] = madeLogs[i];
    }
    return new Predictions.Gaussians(means, logVariances, batch.size(), time, features);
  }

  private GappedSeries series(Batch batch, int b) {
    Batch.Floats values = batch.floats("values");
    int time = values.shape()[1];
    int length = batch.has("values-lengths") ? batch.lengths("values")[b] : time;
    int from = b * time * features;
    int size = length * features;
    boolean[] observed = new boolean[size];
    int[] marks = batch.ints("observed").values();
    for (int i = 0; i < size; i++) {
      observed[i] = marks[from + i] != 0;
    }
    double[] times = null;
    if (batch.has("times")) {
      times = new double[length];
      float[] given = batch.floats("times").values();
      for (int t = 0; t < length; t++) {
        times[t] = given[b * time + t];
      }
    }
    float[] own = Arrays.copyOfRange(values.values(), from, from + size);
    return new GappedSeries(features, own, observed, times);
  }

  private Plan plan(Batch batch) {
    List<History> histories = new ArrayList<>();
    List<Integer> series = new ArrayList<>();
    int rows = 1;
    int time = batch.floats("values").shape()[1];
    for (int b = 0; b < batch.size(); b++) {
      for (History history : History.of(network.gaps(), series(batch, b))) {
        histories.add(history);
        series.add(b);
        rows = Math.max(rows, history.rows());
      }
    }
    long[] after = new long[batch.size() * time];
    Arrays.fill(after, -1);
    for (int n = 0; n < histories.size(); n++) {
      int[] its = histories.get(n).after();
      for (int t = 0; t < its.length; t++) {
        if (its[t] >= 0) {
          after[series.get(n) * time + t] = (long) n * rows + its[t];
        }
      }
    }
    int count = (int) Arrays.stream(after).filter(row -> row >= 0).count();
    long[] steps = new long[count];
    int at = 0;
    for (int place = 0; place < after.length; place++) {
      if (after[place] >= 0) {
        steps[at++] = place;
      }
    }
    long[] of = Arrays.stream(after).filter(row -> row >= 0).toArray();
    return new Plan(histories, rows, steps, of);
  }

  private Made made(Pass pass, Batch batch) {
    Plan plan = plan(batch);
    int sequences = plan.histories().size();
    if (plan.steps().length == 0) {
      // Nothing to predict: no parameter has a part in it, but all are zero times in the loss.
      Tensor none = pass.weight("out.bias").narrow(0, 0, features).unsqueeze(0).narrow(0, 0, 0);
      return new Made(plan, none, none);
    }
    int width = features * network.gaps().inputs();
    float[] inputs = new float[plan.rows() * sequences * width]; // (rows, histories, width)
    int[] lengths = new int[sequences];
    for (int n = 0; n < sequences; n++) {
      History history = plan.histories().get(n);
      lengths[n] = history.rows();
      for (int row = 0; row < history.rows(); row++) {
        int to = (row * sequences + n) * width;
        System.arraycopy(history.inputs(), row * width, inputs, to, width);
      }
    }
    Tensor x = pass.device().of(pass.type(), inputs, plan.rows(), sequences, width);
    Padding padding = Padding.of(lengths, plan.rows(), pass.device());
    Tensor read =
        switch (network.gaps()) {
          case GENERATIVE -> generated(pass, x, padding, batch);
          case DECAY -> decayed(pass, x, padding);
          default ->
              new Recurrence(body, "", MASK)
                  .run(pass, x, padding, Recurrence.Wanted.OUTPUTS)
                  .outputs();
        };
    // (histories · rows, 2 F); a row may be looked up more than once.
    Tensor all =
        pass.linear("out", read.transpose(0, 1)).reshape((long) sequences * plan.rows(), -1);
    Tensor found = torch.embedding(all, pass.device().of(plan.after(), plan.after().length));
    return new Made(plan, found.narrow(1, 0, features), found.narrow(1, features, features));
  }

  /**
   * Reads on with what it predicts where a value is missing, the mean at the first step.
   *
   * @param x (T, B, F)
   */
  private Tensor generated(Pass pass, Tensor x, Padding padding, Batch batch) {
    int[] marks = batch.ints("observed").values();
    long[] shape = {batch.size(), batch.floats("values").shape()[1], features};
    float[] as = new float[batch.size() * (int) shape[1] * features];
    for (int i = 0; i < as.length; i++) {
      as[i] = marks[i] != 0 ? 1 : 0;
    }
    Tensor observed =
        pass.device().of(pass.type(), as, shape).to(torch.ScalarType.Bool).transpose(0, 1);
    Stepper stepper = new Stepper(pass, padding);
    Tensor predicted = null;
    for (int t = 0; t < padding.time(); t++) {
      Tensor here = x.select(0, t);
      if (predicted != null) {
        here = torch.where(observed.select(0, t), here, predicted);
      }
      Tensor output = stepper.step(here);
      predicted = pass.linear("out", output).narrow(1, 0, features);
    }
    return stepper.outputs();
  }

  /**
   * Reads with the last value decaying to the mean, and the first layer's state to zero: {@code γ =
   * exp(−max(0, w δ + b))}.
   *
   * @param x (T, B, 3 F): last values, marks and δ
   */
  private Tensor decayed(Pass pass, Tensor x, Padding padding) {
    Tensor marks = x.narrow(2, features, features);
    Tensor since = x.narrow(2, 2L * features, features);
    Tensor of =
        torch.addcmul(pass.weight("decay.input.bias"), since, pass.weight("decay.input.weight"));
    Tensor kept = torch.relu(of).neg().exp();
    Tensor values =
        torch.mul(
            x.narrow(2, 0, features), kept.masked_fill(marks.gt(new Scalar(0)), new Scalar(1)));
    Tensor inputs = torch.cat(new TensorVector(values, marks, since), 2);
    Tensor states = torch.relu(pass.linear("decay.state", since)).neg().exp();
    Stepper stepper = new Stepper(pass, padding);
    for (int t = 0; t < padding.time(); t++) {
      stepper.decay(states.select(0, t));
      stepper.step(inputs.select(0, t));
    }
    return stepper.outputs();
  }

  /** The layers, a step at a time; sequences stop at their ends. */
  private final class Stepper {
    private final Pass pass;
    private final Padding single;
    private final Tensor[] counts; // null where no sequence is padded
    private final TensorVector outputs = new TensorVector();
    private List<List<Tensor>> states; // null before the first step
    private int t;

    Stepper(Pass pass, Padding padding) {
      this.pass = pass;
      single = Padding.none(padding.batch(), 1, pass.device());
      counts = padding.isNone() ? null : padding.countsTimeFirst().unbind(0).get();
    }

    /** Multiplies the first layer's state. */
    void decay(Tensor factors) {
      if (states != null) {
        List<List<Tensor>> after = new ArrayList<>(states);
        after.set(0, states.get(0).stream().map(state -> torch.mul(state, factors)).toList());
        states = after;
      }
    }

    /** What the last layer passes on, (B, H). */
    Tensor step(Tensor x) {
      // Each step has masks of its own.
      Recurrence.Run run =
          new Recurrence(body, "", MASK + t * body.layers())
              .run(pass, x.unsqueeze(0), single, states, Recurrence.Wanted.STATES);
      states = counts == null || states == null ? run.states() : stopped(run.states());
      t++;
      Tensor output = run.outputs().select(0, 0);
      outputs.push_back(output);
      return output;
    }

    private List<List<Tensor>> stopped(List<List<Tensor>> next) {
      List<List<Tensor>> kept = new ArrayList<>();
      for (int k = 0; k < next.size(); k++) {
        List<Tensor> layer = new ArrayList<>();
        for (int s = 0; s < next.get(k).size(); s++) {
          layer.add(torch.where(counts[t], next.get(k).get(s), states.get(k).get(s)));
        }
        kept.add(layer);
      }
      return kept;
    }

    /** (T, B, H). */
    Tensor outputs() {
      return torch.stack(outputs);
    }
  }
}
