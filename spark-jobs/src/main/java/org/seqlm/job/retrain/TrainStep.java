package org.seqlm.job.retrain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Overwrite;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.train.TrainCommand;
import org.seqlm.job.train.TrainConfig;
import org.seqlm.neural.network.LanguageNetwork;

/** Trains the challenger, from the champion where there is one. */
final class TrainStep {
  private TrainStep() {}

  /**
   * Checks the configuration before any work: a night goes on with the champion's network.
   *
   * @param start null where there is no registry yet
   * @throws UserException with exit code 2 if the configuration asks for another network
   */
  static void check(NightFolder night, NightStart start) throws IOException {
    FlagValues keys = keys(night);
    int champion = start == null ? 0 : start.champion();
    if (champion == 0) {
      ConfigLoader.load("train", TrainConfig.class, keys.tree());
      return;
    }
    keys.put("start-from", night.model(champion));
    List<LanguageNetwork.Difference> others =
        TrainCommand.otherNetwork(
            ConfigLoader.load("train", TrainConfig.class, keys.tree()), night.hadoop());
    if (!others.isEmpty()) {
      throw UserException.configuration(
          "a night goes on with the network of the champion, version "
              + champion
              + " of "
              + night.config().registry()
              + ", but "
              + others.stream()
                  .map(
                      one ->
                          "train."
                              + one.key()
                              + " is "
                              + one.here()
                              + " and the champion's "
                              + one.model())
                  .collect(Collectors.joining("; "))
              + ": set "
              + others.stream()
                  .map(one -> "train." + one.key() + "=" + one.model())
                  .collect(Collectors.joining(", "))
              + ", or begin another registry with the other network (--registry)");
    }
  }

  private static FlagValues keys(NightFolder night) {
    return night
        .keys(night.config().train())
        .put("input", night.dataset())
        .put("output", night.run());
  }

  static void run(NightFolder night, NightStart start) throws Exception {
    FlagValues keys = keys(night);
    List<String> old = List.of();
    if (start.champion() != 0) {
      keys.put("start-from", night.model(start.champion()));
      old = replayed(night, start.before());
    }
    if (!old.isEmpty()) {
      keys.put("replay.inputs", old);
    } else if (night.config().train().path("replay").path("inputs").isEmpty()) {
      // Of old text there is none yet: how much of it is read is no key without effect.
      keys.tree().remove("replay");
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
