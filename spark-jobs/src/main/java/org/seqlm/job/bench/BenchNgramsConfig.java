package org.seqlm.job.bench;

import java.util.ArrayList;
import java.util.List;
import org.seqlm.Problems;
import org.seqlm.bench.ngrams.NgramBench;
import org.seqlm.bench.ngrams.NgramBench.Contestant;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/** See {@code conf/bench-ngrams.yaml}. */
public record BenchNgramsConfig(
    List<String> input,
    long generate,
    List<Long> curve,
    double heaps,
    int order,
    List<Contestant> cases,
    boolean estimate,
    int turns,
    String heap,
    String kenlm,
    String kenlmMemory,
    String folder,
    Cluster cluster,
    long seed,
    int partitions)
    implements JobConfig {

  /**
   * A cluster to predict.
   *
   * @param tokens of its text
   * @param executors of it
   * @param executorCores of each
   * @param gigabitsPerSecond of each executor's network
   */
  record Cluster(double tokens, int executors, int executorCores, double gigabitsPerSecond) {
    Cluster {
      new Problems()
          .positive("cluster.tokens", tokens)
          .inRange("cluster.executors", executors, 1, 1_000_000)
          .inRange("cluster.executor-cores", executorCores, 1, 10_000)
          .positive("cluster.gigabits-per-second", gigabitsPerSecond)
          .throwIfAny();
    }
  }

  public BenchNgramsConfig {
    int texts = (input.isEmpty() ? 0 : 1) + (generate > 0 ? 1 : 0) + (curve.isEmpty() ? 0 : 1);
    new Problems()
        .require(
            texts == 1,
            "give one text: --input FILE..., --generate TOKENS or --curve TOKENS,TOKENS..., but "
                + texts
                + " are given")
        .require(
            curve.isEmpty()
                || curve.size() > 1 && curve.stream().sorted().distinct().toList().equals(curve),
            "curve must be two sizes or more, each larger than the one before, but is " + curve)
        .require(curve.stream().allMatch(tokens -> tokens > 0), "curve must be of positive sizes")
        .inRange("generate", generate, 0, Long.MAX_VALUE)
        .inRange("heaps", heaps, 0.4, 0.75)
        .present("cluster", cluster, "leave the group as it is")
        .throwIfAny();
  }

  /** Who takes part; ours alone along a curve, where nobody is named. */
  List<Contestant> contestants() {
    List<Contestant> all = new ArrayList<>(cases);
    if (cases.isEmpty()) {
      all.add(Contestant.OURS);
      if (curve.isEmpty()) {
        all.addAll(List.of(Contestant.REDUCE_BY_KEY, Contestant.MLLIB, Contestant.SINGLE_THREAD));
        if (kenlm != null) {
          all.add(Contestant.KENLM);
        }
      }
    }
    if (estimate) {
      all.add(Contestant.OURS_ESTIMATE);
      if (kenlm != null && curve.isEmpty()) {
        all.add(Contestant.KENLM_ESTIMATE);
      }
    }
    return all.stream().distinct().toList();
  }

  NgramBench.Settings settings(String master) {
    return new NgramBench.Settings(
        order, contestants(), turns, heap, master, kenlm, kenlmMemory, JobCommand.MAIN_CLASS);
  }

  @Override
  public JobFiles files() {
    return new JobFiles().readsText("--input", input);
  }
}
