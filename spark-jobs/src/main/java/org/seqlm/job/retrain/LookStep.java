package org.seqlm.job.retrain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.corpus.file.FileFinder;
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
          giveUp(night);
          return new Looked(contents);
        });
  }

  private static void giveUp(NightFolder night) throws IOException {
    for (String made : List.of(night.dataset(), night.fresh(), night.run())) {
      Path path = Paths.of(made);
      path.getFileSystem(night.hadoop()).delete(path, true);
    }
  }

  /**
   * By which replaced files are known, of the same lengths, too: their paths, lengths and when they
   * were written.
   *
   * @return by the partitions' names
   */
  static Map<String, String> stamps(Configuration hadoop, List<InputPartition> partitions)
      throws IOException {
    Map<String, String> stamps = new HashMap<>();
    for (InputPartition one : partitions) {
      List<String> files = new ArrayList<>();
      if (one.files() > 0) {
        for (FileFinder.Found file : FileFinder.find(hadoop, List.of(one.path()))) {
          files.add(
              file.relative()
                  + " "
                  + file.status().getLen()
                  + " "
                  + file.status().getModificationTime());
        }
      }
      Collections.sort(files);
      stamps.put(one.name(), String.join("\n", files));
    }
    return stamps;
  }

  /**
   * Checks that what was prepared is what was looked at.
   *
   * @param before from before the look
   * @throws UserException with exit code 3 if files were replaced since; what was made of them is
   *     gone then, so that the night may be started again
   */
  static void checkSame(NightFolder night, NightPlan plan, Map<String, String> before)
      throws IOException {
    Map<String, String> now = stamps(night.hadoop(), plan.take());
    List<String> changed =
        now.keySet().stream()
            .filter(one -> !now.get(one).equals(before.get(one)))
            .sorted()
            .toList();
    if (!changed.isEmpty()) {
      giveUp(night);
      throw UserException.data(
          "files of "
              + String.join(", ", changed)
              + " were replaced while the night read them: start the night again, which reads them"
              + " anew");
    }
  }
}
