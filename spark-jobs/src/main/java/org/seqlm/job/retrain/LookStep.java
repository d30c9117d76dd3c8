package org.seqlm.job.retrain;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.corpus.night.InputPartition;
import org.seqlm.corpus.night.NightPlan;
import org.seqlm.corpus.night.PartitionContent;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.prepare.PrepareConfig;
import org.seqlm.spark.corpus.PartitionContents;
import org.seqlm.store.Paths;

/**
 * What the night's partitions hold, each by itself, before anything is made of them: copies and
 * files that cannot be read are found here.
 */
final class LookStep {
  private LookStep() {}

  /** What is told of the partitions in the night's folder. */
  record Looked(Map<String, PartitionContent> partitions) {}

  /** By the partitions' names. */
  static Map<String, PartitionContent> run(NightFolder night, NightPlan plan) throws Exception {
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
    remember(night, named);
    return named;
  }

  /**
   * What was made of partitions that hold something else now is given up; what is there later was
   * made of these.
   */
  private static void remember(NightFolder night, Map<String, PartitionContent> contents)
      throws Exception {
    Map<String, String> inputs = new HashMap<>();
    contents.forEach((name, content) -> inputs.put(name, content.fingerprint()));
    night.kept(
        "look",
        ArtifactKind.PARTITIONS,
        Looked.class,
        inputs,
        Map.of(),
        () -> {
          for (String made : List.of(night.dataset(), night.fresh(), night.run())) {
            Path path = Paths.of(made);
            path.getFileSystem(night.hadoop()).delete(path, true);
          }
          return new Looked(contents);
        });
  }
}
