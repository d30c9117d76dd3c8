package org.seqlm.job.prepare;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.Problems;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.Dataset;
import org.seqlm.job.cli.ConfigText;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.registry.RegistryPath;
import org.seqlm.text.TextRules;
import org.seqlm.vocab.Vocabulary;

/**
 * The vocabulary that a dataset's extends.
 *
 * @param path as the user named it: a dataset, or a run, model or checkpoint of a network
 * @param fingerprint of its manifest
 * @param rules how its text became tokens
 * @param vocabulary of these
 */
record VocabularyBase(String path, String fingerprint, TextRules rules, Vocabulary vocabulary) {
  /**
   * Reads it.
   *
   * @throws UserException with exit code 3 if there is none, it is damaged, or is of another kind
   */
  static VocabularyBase open(Configuration conf, String named) throws IOException {
    String path = RegistryPath.model(conf, named);
    if (ArtifactReader.isArtifact(conf, path)) {
      ArtifactKind kind = ArtifactReader.open(conf, path).manifest().kind();
      switch (kind) {
        case DATASET -> {
          Dataset dataset = Dataset.open(conf, path);
          return new VocabularyBase(
              path, dataset.fingerprint(), dataset.details().rules(), dataset.vocabulary());
        }
        case RUN, MODEL, CHECKPOINT -> {
          // Read below, as is a run that has no manifest yet.
        }
        default ->
            throw UserException.data(
                "vocabulary.base: "
                    + path
                    + " is of kind "
                    + kind.shown()
                    + ", but a dataset, or a run, a model or a checkpoint of a network is needed"
                    + " here (--vocabulary-from)");
      }
    }
    ModelArtifact.Tokens tokens = ModelArtifact.tokens(conf, path);
    return new VocabularyBase(path, tokens.fingerprint(), tokens.rules(), tokens.vocabulary());
  }

  /**
   * Checks that text becomes the same tokens here.
   *
   * @throws UserException with exit code 2 that names each key that differs, with both values
   */
  void check(TextRules here) {
    JsonNode there = Json.tree(rules);
    JsonNode given = Json.tree(here);
    List<String> differences = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    for (Iterator<String> names = there.fieldNames(); names.hasNext(); ) {
      String key = names.next();
      if (!there.get(key).equals(given.get(key))) {
        String name = "tokenizer." + key;
        String value = ConfigText.shown(there.get(key));
        differences.add(
            name + " is " + value + " there and " + ConfigText.shown(given.path(key)) + " here");
        keys.add(name + "=" + value);
      }
    }
    new Problems()
        .require(
            differences.isEmpty(),
            "vocabulary.base: the tokens of "
                + path
                + " were cut by other rules: "
                + String.join("; ", differences)
                + ": set "
                + String.join(", ", keys))
        .throwIfAny();
  }
}
