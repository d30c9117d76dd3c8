package org.seqlm.neural.torch.modules;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.network.Decoding;

/**
 * Writes a target for each example of a batch, as a {@link Decoding} says: its control flow, around
 * steps that a network makes for many rows at once.
 *
 * <p>A beam keeps the k likeliest of all continuations of what it kept (Sutskever et al. 2014,
 * section 3.2); those that end leave it. It stops where nothing that is left can still become
 * better than the best that ended, which changes no result. Of equal ones the first counts: of the
 * earlier row, then of the smaller id. What is drawn is a function of (seed, the example's number,
 * the step).
 */
final class TargetWriter {
  /** Begins and ends a target. */
  static final int END = 0;

  private final Steps steps;
  private final Decoding decoding;
  private final List<Example> examples = new ArrayList<>();

  /** A network that writes, a step of all rows at a time. */
  interface Steps {
    /**
     * The next step.
     *
     * @param from for each row that of the step before, which it continues; before the first step
     *     row b is example b at its beginning
     * @param tokens what each row reads: the token it wrote, first {@link #END}
     */
    Step next(int[] from, int[] tokens);
  }

  /**
   * What a step says.
   *
   * @param logs (R, V) row-major: log-probabilities in nats of what comes next
   * @param weights (R, S) row-major: where each row looked; null where nobody asked
   */
  record Step(float[] logs, float[] weights) {}

  /** A target so far: what it wrote last, and before. */
  private record Written(Written before, int token, double log, int row, float[] weights) {}

  private static final class Example {
    final KeyedRandom random; // null where nothing is drawn
    List<Written> open;
    Written best; // its last token is the end
    double score;

    Example(KeyedRandom random, Written nothing) {
      this.random = random;
      open = List.of(nothing);
    }
  }

  /**
   * @param numbers (B): of each example, by which it draws
   */
  TargetWriter(Steps steps, Decoding decoding, int[] numbers) {
    this.steps = steps;
    this.decoding = decoding;
    for (int b = 0; b < numbers.length; b++) {
      KeyedRandom random =
          decoding.rules() == null ? null : KeyedRandom.of(decoding.seed(), "decoding", numbers[b]);
      examples.add(new Example(random, new Written(null, END, 0, b, null)));
    }
  }

  /**
   * Writes all targets.
   *
   * @param sourceSteps S of the weights; 0 where nobody asked for them
   */
  Predictions.Sequences write(int sourceSteps) {
    for (int t = 0; t <= decoding.longest(); t++) {
      List<Written> rows = new ArrayList<>();
      examples.forEach(example -> rows.addAll(example.open));
      if (rows.isEmpty()) {
        break;
      }
      int[] from = rows.stream().mapToInt(Written::row).toArray();
      int[] tokens = rows.stream().mapToInt(Written::token).toArray();
      Step step = steps.next(from, tokens);
      int at = 0;
      for (Example example : examples) {
        int open = example.open.size();
        if (open > 0) {
          goOn(example, step, at, step.logs().length / rows.size(), t);
        }
        at += open;
      }
    }
    return written(sourceSteps);
  }

  /**
   * Continues an example's targets.
   *
   * @param first row of theirs
   * @param vocabulary V
   * @param t tokens that each has
   */
  private void goOn(Example example, Step step, int first, int vocabulary, int t) {
    List<Written> before = example.open;
    List<Written> after = new ArrayList<>();
    if (t == decoding.longest()) {
      for (int i = 0; i < before.size(); i++) {
        after.add(next(before.get(i), step, first + i, END, vocabulary));
      }
    } else if (example.random != null) {
      int begin = first * vocabulary;
      float[] logs = Arrays.copyOfRange(step.logs(), begin, begin + vocabulary);
      int token = decoding.rules().draw(logs, () -> example.random.uniform(t));
      after.add(next(before.get(0), step, first, token, vocabulary));
    } else {
      after = likeliest(before, step, first, vocabulary);
    }
    double penalty = decoding.penalty(t + 1);
    List<Written> open = new ArrayList<>();
    for (Written written : after) {
      if (written.token() != END) {
        open.add(written);
      } else if (example.best == null || written.log() / penalty > example.score) {
        example.best = written;
        example.score = written.log() / penalty;
      }
    }
    // A longer target is not likelier, and no penalty is above the last.
    double most = open.isEmpty() ? Double.NEGATIVE_INFINITY : open.get(0).log();
    boolean done =
        example.best != null && example.score >= most / decoding.penalty(decoding.longest() + 1);
    example.open = done ? List.of() : open;
  }

  /** The k likeliest continuations, the likeliest first. */
  private List<Written> likeliest(List<Written> before, Step step, int first, int vocabulary) {
    int most = (int) Math.min(decoding.beam(), (long) before.size() * vocabulary);
    double[] logs = new double[most];
    int[] places = new int[most];
    int count = 0;
    for (int i = 0; i < before.size(); i++) {
      double log = before.get(i).log();
      int begin = (first + i) * vocabulary;
      for (int id = 0; id < vocabulary; id++) {
        double sum = log + step.logs()[begin + id];
        if (count < most || sum > logs[most - 1]) {
          int at = count < most ? count++ : most - 1;
          for (; at > 0 && sum > logs[at - 1]; at--) {
            logs[at] = logs[at - 1];
            places[at] = places[at - 1];
          }
          logs[at] = sum;
          places[at] = i * vocabulary + id;
        }
      }
    }
    List<Written> after = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      int i = places[n] / vocabulary;
      after.add(next(before.get(i), step, first + i, places[n] % vocabulary, vocabulary));
    }
    return after;
  }

  private static Written next(Written before, Step step, int row, int token, int vocabulary) {
    float[] weights = null;
    if (step.weights() != null) {
      int steps = step.weights().length / (step.logs().length / vocabulary);
      weights = Arrays.copyOfRange(step.weights(), row * steps, (row + 1) * steps);
    }
    double log = before.log() + step.logs()[row * vocabulary + token];
    return new Written(before, token, log, row, weights);
  }

  private Predictions.Sequences written(int sourceSteps) {
    int batch = examples.size();
    int[] lengths = new int[batch];
    double[] nats = new double[batch];
    for (int b = 0; b < batch; b++) {
      Written last = examples.get(b).best;
      nats[b] = -last.log();
      for (Written w = last.before(); w.before() != null; w = w.before()) {
        lengths[b]++;
      }
    }
    int time = Arrays.stream(lengths).max().orElse(0);
    int[] ids = new int[batch * time];
    float[] weights = sourceSteps == 0 ? null : new float[batch * time * sourceSteps];
    for (int b = 0; b < batch; b++) {
      Written written = examples.get(b).best.before();
      for (int t = lengths[b] - 1; t >= 0; t--, written = written.before()) {
        ids[b * time + t] = written.token();
        if (weights != null) {
          System.arraycopy(
              written.weights(), 0, weights, (b * time + t) * sourceSteps, sourceSteps);
        }
      }
    }
    return new Predictions.Sequences(ids, lengths, nats, weights, sourceSteps);
  }
}
