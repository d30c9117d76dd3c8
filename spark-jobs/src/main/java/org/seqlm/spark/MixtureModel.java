package org.seqlm.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.UserException;
import org.seqlm.artifact.MixtureArtifact;
import org.seqlm.lm.Mixture;
import org.seqlm.text.TextRules;

/** A mixture's folder with the models that it names, each opened as a {@link PathModel}. */
final class MixtureModel {
  private final MixtureArtifact artifact;
  private final TextRules rules;
  private final Mixture model;

  private MixtureModel(MixtureArtifact artifact, TextRules rules, Mixture model) {
    this.artifact = artifact;
    this.rules = rules;
    this.model = model;
  }

  /**
   * Loads all models of a mixture.
   *
   * @throws UserException with exit code 3 if one is missing, or is not the one that was mixed
   */
  static MixtureModel open(Configuration conf, String folder) throws IOException {
    MixtureArtifact artifact = MixtureArtifact.open(conf, folder);
    List<Mixture.Component> components = new ArrayList<>();
    TextRules rules = null;
    for (MixtureArtifact.Component component : artifact.components()) {
      String path = artifact.resolve(component);
      PathModel found = PathModel.open(conf, path);
      if (!found.fingerprint().equals(component.fingerprint())) {
        throw UserException.data(
            "mixture "
                + folder
                + " was made with another model than "
                + path
                + " is now (fingerprint "
                + component.fingerprint()
                + ", but is "
                + found.fingerprint()
                + "): make it again with seqlm interpolate");
      }
      rules = rules == null ? found.rules() : rules;
      components.add(new Mixture.Component(path, found.model(), component.weight()));
    }
    return new MixtureModel(artifact, rules, new Mixture(components));
  }

  Mixture model() {
    return model;
  }

  /** How text becomes tokens: the first model's rules. */
  TextRules rules() {
    return rules;
  }

  String fingerprint() {
    return artifact.manifest().fingerprint();
  }

  /** For instance {@code 0.25 of 3-gram add-k 0.01, 0.75 of lstm 1x128}. */
  String title() {
    return artifact.manifest().details(MixtureArtifact.MixtureDetails.class).title();
  }
}
