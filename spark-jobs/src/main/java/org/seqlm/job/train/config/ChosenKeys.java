package org.seqlm.job.train.config;

import java.util.ArrayList;
import java.util.List;
import org.seqlm.artifact.Json;
import org.seqlm.neural.network.AttentionBody;
import org.seqlm.neural.network.Body;
import org.seqlm.neural.network.Classifier;
import org.seqlm.neural.network.Frames;
import org.seqlm.neural.network.Grid;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.SequenceToSequence;
import org.seqlm.neural.network.Series;
import org.seqlm.neural.network.Tagger;

/** What became of the keys of the group {@code network} that leave a value open. */
public final class ChosenKeys {
  private final NetworkConfig config;
  private final List<String> chosen = new ArrayList<>();

  private ChosenKeys(NetworkConfig config) {
    this.config = config;
  }

  /**
   * Each key that is {@code auto}, or 0 for what suits the others, as the network has it, for
   * instance {@code network.direction both}; empty if nothing was open.
   *
   * @param network that was made of the configuration
   */
  public static List<String> of(NetworkConfig config, Network network) {
    ChosenKeys keys = new ChosenKeys(config);
    keys.add(network);
    return keys.chosen;
  }

  private void add(Network network) {
    if (network instanceof LanguageNetwork language) {
      add(config.output() == NetworkConfig.Output.AUTO, "output", language.output());
    } else if (network instanceof Classifier classifier) {
      body(classifier.body());
      add(config.pooling() == NetworkConfig.Pool.AUTO, "pooling", classifier.pooling());
    } else if (network instanceof Tagger tagger) {
      body(tagger.body());
    } else if (network instanceof SequenceToSequence sequence) {
      body(sequence.encoder());
      add(config.attention() == NetworkConfig.Look.AUTO, "attention", sequence.alignment());
    } else if (network instanceof Grid grid) {
      add(config.patch() == 0, "patch", grid.patch());
    } else if (network instanceof Frames frames) {
      body(frames.attention());
      add(config.patch() == 0, "patch", frames.patch());
      body(frames.over());
    } else if (network instanceof Series series) {
      body(series.body());
    }
  }

  private void body(Body body) {
    if (body instanceof RecurrentBody recurrent) {
      add(config.direction() == NetworkConfig.Way.AUTO, "direction", recurrent.direction());
    } else if (body instanceof AttentionBody attention) {
      add(config.inner() == 0, "inner", attention.inner());
    }
  }

  private void add(boolean open, String key, Object value) {
    if (open) {
      chosen.add(
          "network." + key + " " + (value instanceof Enum<?> name ? Json.name(name) : value));
    }
  }
}
