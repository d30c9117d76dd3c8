package org.seqlm.job.bench;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.util.List;
import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/** See {@code conf/bench-score.yaml}. */
record BenchScoreConfig(
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<String> model,
    String input,
    List<Integer> threads,
    int turns,
    String kenlm,
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<String> kenlmModel,
    long seed,
    int partitions)
    implements JobConfig {
  private static final int MOST_THREADS = 1024;

  BenchScoreConfig {
    model = model == null ? List.of() : List.copyOf(model);
    threads = threads == null ? List.of() : List.copyOf(threads);
    kenlmModel = kenlmModel == null ? List.of() : List.copyOf(kenlmModel);
    Problems problems =
        new Problems()
            .require(!model.isEmpty(), "model is missing: give --model PATH, forms of one model")
            .present("input", input, "give --input FILE, a text of this machine")
            .require(!threads.isEmpty(), "threads is empty: give --threads 1,2")
            .inRange("turns", turns, 1, 1000)
            .require(
                (kenlm == null) == kenlmModel.isEmpty(),
                "kenlm and kenlm-model go together: give --kenlm FILE, its query, and"
                    + " --kenlm-model FILE, what its build_binary wrote")
            .atLeast("partitions", partitions, 0);
    threads.forEach(number -> problems.inRange("threads", number, 1, MOST_THREADS));
    problems.throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles().readsModels("--model", model);
  }
}
