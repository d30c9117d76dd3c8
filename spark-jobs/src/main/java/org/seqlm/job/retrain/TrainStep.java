package org.seqlm.job.retrain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Overwrite;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.train.TrainCommand;
import org.seqlm.job.train.TrainConfig;

/** Trains the challenger, from the champion where there is one. */
final class TrainStep {
  private TrainStep() {}

  static void run(NightFolder night, NightStart start) throws Exception {
    FlagValues keys =
        night.keys(night.config().train()).put("input", night.dataset()).put("output", night.run());
    if (start.champion() != 0) {
      keys.put("start-from", night.model(start.champion()));
      List<String> old = replayed(night, start.before());
      if (!old.isEmpty()) {
        keys.put("replay.inputs", old);
      }
    }
    TrainConfig train = ConfigLoader.load("train", TrainConfig.class, keys.tree());
    if (!TrainCommand.isDone(train, night.hadoop())) {
      // One that is not finished goes on, if it is of the same text and by the same keys.
      new TrainCommand().run(train, night.inner("train", Overwrite.REPLACE));
    }
  }

  /** Datasets of the champion's line that are still there, unless the configuration names some. */
  private static List<String> replayed(NightFolder night, NightRecord before) throws IOException {
    List<String> there = new ArrayList<>();
    if (night.config().train().path("replay").path("inputs").isEmpty()
        && night.config().train().path("replay").path("share").asDouble() > 0) {
      for (String dataset : before.datasets()) {
        if (ArtifactReader.isArtifact(night.hadoop(), dataset)) {
          there.add(dataset);
        }
      }
    }
    return there;
  }
}
