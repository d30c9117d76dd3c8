package org.seqlm.job.retrain;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.corpus.night.InputPartition;
import org.seqlm.corpus.night.NightPlan;
import org.seqlm.corpus.night.PartitionContent;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.prepare.PrepareConfig;
import org.seqlm.spark.corpus.PartitionContents;

/**
 * What the night's partitions hold, each by itself, before anything is made of them: copies and
 * files that cannot be read are found here.
 */
final class LookStep {
  private LookStep() {}

  /** By the partitions' names. */
  static Map<String, PartitionContent> run(NightFolder night, NightPlan plan) throws IOException {
    List<String> paths = plan.take().stream().map(InputPartition::path).toList();
    CorpusSource all =
        ConfigLoader.load(
                "prepare",
                PrepareConfig.class,
                night
                    .keys(night.config().prepare())
                    .put("input.paths", paths)
                    .put("output", night.dataset())
                    .tree())
            .input();
    List<PartitionContent> contents =
        PartitionContents.of(
            night.context().sparkContext(),
            paths.stream().map(path -> all.with(List.of(path))).toList(),
            night.context().progress());
    Map<String, PartitionContent> named = new HashMap<>();
    for (int i = 0; i < contents.size(); i++) {
      named.put(plan.take().get(i).name(), contents.get(i));
    }
    return named;
  }
}
