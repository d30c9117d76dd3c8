package org.seqlm.job.drift;

import java.util.List;
import org.seqlm.Problems;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.dataset.Split;
import org.seqlm.drift.DriftSettings;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/**
 * See {@code conf/drift.yaml}.
 *
 * @param from the dataset that new text is compared with
 * @param split of it
 * @param input the new text
 * @param model the champion, or null
 * @param counts n-grams of the old text, or null
 * @param orders of the n-grams that are looked up in them
 * @param sample how much is compared
 */
public record DriftConfig(
    String from,
    Split split,
    CorpusSource input,
    String model,
    String counts,
    List<Integer> orders,
    DriftSettings sample,
    int partitions,
    long seed)
    implements JobConfig {
  public DriftConfig {
    Problems problems =
        new Problems()
            .present("from", from, "give --from DATASET, what seqlm prepare wrote")
            .present("split", split, "give train, valid or test")
            .present("orders", orders, "give the lengths of n-grams, such as [2, 3]")
            .present("sample", sample, "give documents, words, permutations and shown")
            .require(
                counts == null || !counts.contains("#"),
                "counts is a folder of counts without a selector, but is " + counts)
            .atLeast("partitions", partitions, 0);
    if (orders != null) {
      orders.forEach(order -> problems.inRange("orders", order, 2, 16));
    }
    problems.throwIfAny();
    orders = orders.stream().sorted().distinct().toList();
  }

  @Override
  public JobFiles files() {
    return new JobFiles()
        .reads("--from", from)
        .readsText("--input", input.paths())
        .readsModel("--model", model)
        .reads("--counts", counts);
  }
}
