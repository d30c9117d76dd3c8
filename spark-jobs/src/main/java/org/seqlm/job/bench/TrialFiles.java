package org.seqlm.job.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Version;
import org.seqlm.bench.variants.Trial;
import org.seqlm.dataset.Dataset;
import org.seqlm.job.train.TrainConfig;
import org.seqlm.store.ExclusiveFile;
import org.seqlm.store.Paths;
import org.seqlm.store.Sha256;

/**
 * Trials in a user's folder, a small file each, by all that decides their figures: the release, the
 * dataset and the training's configuration. A comparison that was interrupted, or has more rates or
 * seeds now, finds there what has been trained.
 */
final class TrialFiles {
  private final FileSystem fs;
  private final Path folder; // null keeps nothing
  private final String dataset;

  /**
   * @param folder of the user, or null to keep nothing
   */
  TrialFiles(String folder, Dataset dataset, Configuration hadoop) throws IOException {
    this.folder = folder == null ? null : Paths.below(Paths.of(folder), "trials");
    this.fs = folder == null ? null : this.folder.getFileSystem(hadoop);
    this.dataset = dataset.fingerprint();
  }

  /** The trial of a training, under the name that its variant has now; null if there is none. */
  Trial find(String variant, TrainConfig config) throws IOException {
    if (folder == null || !fs.exists(file(config))) {
      return null;
    }
    try (InputStream in = fs.open(file(config))) {
      ObjectNode json = (ObjectNode) Json.mapper().readTree(in);
      json.remove("unique");
      Trial kept = Json.mapper().treeToValue(json, Trial.class);
      return new Trial(
          variant,
          kept.learningRate(),
          kept.seed(),
          kept.validationNats(),
          kept.testNats(),
          kept.tokens(),
          kept.skipped(),
          kept.seconds(),
          kept.failure());
    } catch (JsonProcessingException e) {
      throw UserException.data("the trial in " + file(config) + " is damaged: delete the file", e);
    }
  }

  /** Keeps a trial; if another process has kept the same one, that stays. */
  void keep(TrainConfig config, Trial trial) throws IOException {
    if (folder != null) {
      String unique = UUID.randomUUID().toString();
      ObjectNode json = ((ObjectNode) Json.tree(trial)).put("unique", unique);
      fs.mkdirs(folder);
      ExclusiveFile.write(
          fs, file(config), Json.pretty(json).getBytes(StandardCharsets.UTF_8), unique);
    }
  }

  private Path file(TrainConfig config) {
    ObjectNode decides = (ObjectNode) Json.tree(config);
    decides.remove(List.of("input", "output", "partitions"));
    String all = Version.current() + "\n" + dataset + "\n" + Json.line(decides);
    return new Path(folder, Sha256.of(all.getBytes(StandardCharsets.UTF_8)) + ".json");
  }
}
