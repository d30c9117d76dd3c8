package org.seqlm.spark.models;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.UserException;
import org.seqlm.artifact.Manifest;
import org.seqlm.lm.Mixture;
import org.seqlm.lm.files.MixtureArtifact;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

/** A mixture's folder with the models that it names, each opened as a {@link PathModel}. */
final class MixtureModel {
  private final MixtureArtifact artifact;
  private final List<PathModel> models;
  private final Mixture model;

  private MixtureModel(MixtureArtifact artifact, List<PathModel> models, Mixture model) {
    this.artifact = artifact;
    this.models = models;
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
    List<PathModel> models = new ArrayList<>();
    for (MixtureArtifact.Component component : artifact.components()) {
      String path = artifact.resolve(component);
      // Before a mixture's own models are opened: one that was written over a model of its own
      // holds itself.
      if (MixtureArtifact.isMixture(conf, path)) {
        check(folder, component, path, MixtureArtifact.open(conf, path).manifest().fingerprint());
      }
      PathModel found = PathModel.open(conf, path);
      check(folder, component, path, found.fingerprint());
      models.add(found);
      components.add(new Mixture.Component(path, found.model(), component.weight()));
    }
    return new MixtureModel(artifact, models, new Mixture(components));
  }

  private static void check(
      String folder, MixtureArtifact.Component component, String path, String fingerprint) {
    if (!fingerprint.equals(component.fingerprint())) {
      throw UserException.data(
          "mixture "
              + folder
              + " was made with another model than "
              + path
              + " is now (fingerprint "
              + component.fingerprint()
              + ", but is "
              + fingerprint
              + "): make it again with seqlm interpolate");
    }
  }

  Mixture model() {
    return model;
  }

  /** How text becomes tokens: by the rules of the first model that knows its own. */
  TextRules rules() {
    return models.stream().filter(PathModel::knowsRules).findFirst().orElse(models.get(0)).rules();
  }

  /** Whether all models can read such tokens. */
  boolean takes(TokenizerKind kind) {
    return models.stream().allMatch(found -> found.takes(kind));
  }

  Manifest manifest() {
    return artifact.manifest();
  }

  /** For instance {@code 0.25 of 3-gram add-k 0.01, 0.75 of lstm 1x128}. */
  String title() {
    return artifact.title();
  }
}
