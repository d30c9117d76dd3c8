package org.seqlm.neural.torch.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.seqlm.lm.SamplingRules;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.network.Decoding;

/** Targets of a model that is a table: what follows any tokens is random, but always the same. */
class TargetWriterTest {
  private static final int VOCABULARY = 5;

  /** Log-probabilities behind an example's tokens. */
  private static float[] logs(int example, List<Integer> tokens) {
    KeyedRandom random = KeyedRandom.of(example, tokens.toString());
    float[] logs = new float[VOCABULARY];
    double sum = 0;
    for (int id = 0; id < VOCABULARY; id++) {
      logs[id] = (float) random.normal(id);
      sum += Math.exp(logs[id]);
    }
    for (int id = 0; id < VOCABULARY; id++) {
      logs[id] -= (float) Math.log(sum);
    }
    return logs;
  }

  /** Remembers what each row has read, and looks at step {@code tokens read % 3} of three. */
  private static final class Table implements TargetWriter.Steps {
    private List<List<Integer>> rows = new ArrayList<>(); // the example, then its tokens
    private int calls;

    Table(int examples) {
      for (int b = 0; b < examples; b++) {
        rows.add(List.of(b));
      }
    }

    @Override
    public TargetWriter.Step next(int[] from, int[] tokens) {
      List<List<Integer>> next = new ArrayList<>();
      float[] all = new float[from.length * VOCABULARY];
      float[] weights = new float[from.length * 3];
      for (int r = 0; r < from.length; r++) {
        List<Integer> row = new ArrayList<>(rows.get(from[r]));
        if (calls > 0) {
          row.add(tokens[r]);
        } else {
          assertThat(tokens[r]).isEqualTo(TargetWriter.END);
        }
        next.add(row);
        weights[r * 3 + (row.size() - 1) % 3] = 1;
        float[] logs = logs(row.get(0), row.subList(1, row.size()));
        System.arraycopy(logs, 0, all, r * VOCABULARY, VOCABULARY);
      }
      rows = next;
      calls++;
      return new TargetWriter.Step(all, weights);
    }
  }

  private record Candidate(List<Integer> tokens, double log, boolean ended) {}

  /** The k best of everything at each step, to the bound, without stopping early. */
  private static Candidate slow(int example, Decoding decoding) {
    List<Candidate> open = List.of(new Candidate(List.of(), 0, false));
    List<Candidate> ended = new ArrayList<>();
    for (int t = 0; t <= decoding.longest(); t++) {
      List<Candidate> all = new ArrayList<>();
      for (Candidate before : open) {
        float[] logs = logs(example, before.tokens());
        for (int id = 0; id < (t == decoding.longest() ? 1 : VOCABULARY); id++) {
          List<Integer> tokens = new ArrayList<>(before.tokens());
          tokens.add(id);
          double log = before.log() + logs[id];
          all.add(
              id == 0
                  ? new Candidate(before.tokens(), log, true)
                  : new Candidate(tokens, log, false));
        }
      }
      all.sort(Comparator.comparingDouble(candidate -> -candidate.log()));
      List<Candidate> kept = all.subList(0, Math.min(decoding.beam(), all.size()));
      kept.stream().filter(Candidate::ended).forEach(ended::add);
      open = kept.stream().filter(candidate -> !candidate.ended()).toList();
    }
    return ended.stream()
        .max(
            Comparator.comparingDouble(
                one ->
                    one.log()
                        / Math.pow((5.0 + one.tokens().size() + 1) / 6, decoding.lengthPenalty())))
        .orElseThrow();
  }

  @Test
  void beamsAreTheSlowOnes() {
    int examples = 20;
    int[] numbers = new int[examples];
    int early = 0;
    for (int width : new int[] {1, 2, 3, 7, 1000}) {
      for (double alpha : new double[] {0, 0.6, 2}) {
        int longest = width == 1000 ? 3 : 6;
        Decoding decoding = Decoding.beam(width, alpha, longest);
        Table table = new Table(examples);
        Predictions.Sequences written = new TargetWriter(table, decoding, numbers).write(3);
        early += table.calls <= longest ? 1 : 0;
        for (int b = 0; b < examples; b++) {
          Candidate expected = slow(b, decoding);
          assertThat(written.tokens(b))
              .as("%s of %s", b, decoding)
              .containsExactly(expected.tokens().stream().mapToInt(id -> id).toArray());
          assertThat(written.nats()[b]).isCloseTo(-expected.log(), within(1e-5));
          for (int t = 0; t < written.lengths()[b]; t++) {
            int at = (b * written.time() + t) * 3;
            assertThat(written.weights()[at + t % 3]).isEqualTo(1);
          }
        }
      }
    }
    assertThat(early).isPositive();
  }

  /** Drawn targets depend on the seed and the example's number, and end at the bound. */
  @Test
  void drawingIsKeyed() {
    SamplingRules rules = new SamplingRules(1.5, 4, 0.9);
    int[] numbers = {4, 9, 0};
    Decoding decoding = Decoding.sampling(rules, 1, 3);
    Predictions.Sequences drawn = new TargetWriter(new Table(3), decoding, numbers).write(0);
    Predictions.Sequences again = new TargetWriter(new Table(3), decoding, numbers).write(0);
    assertThat(again.ids()).containsExactly(drawn.ids());
    assertThat(drawn.weights()).isNull();
    boolean other = false;
    for (int seed = 2; seed < 6; seed++) {
      Decoding seeded = Decoding.sampling(rules, seed, 3);
      Predictions.Sequences differs = new TargetWriter(new Table(3), seeded, numbers).write(0);
      other |= !java.util.Arrays.equals(differs.ids(), drawn.ids());
      for (int b = 0; b < 3; b++) {
        assertThat(differs.lengths()[b]).isLessThanOrEqualTo(3);
        List<Integer> tokens = new ArrayList<>();
        double nats = 0;
        for (int token : differs.tokens(b)) {
          nats -= logs(b, tokens)[token];
          tokens.add(token);
        }
        nats -= logs(b, tokens)[0];
        assertThat(differs.nats()[b]).isCloseTo(nats, within(1e-6));
      }
    }
    assertThat(other).isTrue();
  }
}
