package org.seqlm.corpus.scores;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What perplexities are of, which cutoffs are held against. In {@code cutoffs.json} these stand
 * beside the cutoffs.
 *
 * @param unit what is labelled, {@code line} or {@code document}
 * @param model by whose perplexity: its path
 * @param kind of the model, for instance {@code 3-gram arpa}
 * @param fingerprint of the model
 * @param normalize what is made of each line
 * @param tokenizer what cuts lines into pieces; null for nothing
 * @param tokenizerFingerprint SHA-256 of its file; null for none
 * @param carry where contexts end
 * @param bos whether contexts begin with {@code <s>}
 * @param eos whether the ends of lines are scored
 */
public record CutoffSettings(
    String unit,
    String model,
    String kind,
    String fingerprint,
    String normalize,
    String tokenizer,
    String tokenizerFingerprint,
    String carry,
    Boolean bos,
    Boolean eos) {
  /** What a file tells; null is what it does not, as files of before some keys were there. */
  static CutoffSettings of(JsonNode file) {
    return new CutoffSettings(
        text(file, "unit"),
        text(file, "model"),
        text(file, "kind"),
        text(file, "fingerprint"),
        text(file, "normalize"),
        text(file, "tokenizer"),
        text(file, "tokenizer-fingerprint"),
        text(file, "carry"),
        mark(file, "bos"),
        mark(file, "eos"));
  }

  private static String text(JsonNode file, String key) {
    return file.path(key).isTextual() ? file.get(key).textValue() : null;
  }

  private static Boolean mark(JsonNode file, String key) {
    return file.path(key).isBoolean() ? (Boolean) file.get(key).booleanValue() : null;
  }

  /**
   * How others differ, each as {@code unit line, but here document}. Models and tokenisers are told
   * apart by fingerprints where both have some, by paths otherwise.
   */
  public List<String> differences(CutoffSettings here) {
    List<String> found = new ArrayList<>();
    add(found, "unit", unit, here.unit);
    if (fingerprint == null ? differs(model, here.model) : differs(fingerprint, here.fingerprint)) {
      found.add("model " + shown(model, kind) + ", but here " + shown(here.model, here.kind));
    } else {
      add(found, "model kind", kind, here.kind);
    }
    add(found, "normalize", normalize, here.normalize);
    // A file that tells what it normalises by tells its tokeniser, too, if there was one.
    if (normalize != null && !Objects.equals(tokenizerFingerprint, here.tokenizerFingerprint)) {
      found.add(
          "tokenizer "
              + shown(tokenizer, tokenizerFingerprint)
              + ", but here "
              + shown(here.tokenizer, here.tokenizerFingerprint));
    }
    add(found, "carry", carry, here.carry);
    add(found, "bos", bos, here.bos);
    add(found, "eos", eos, here.eos);
    return found;
  }

  private static boolean differs(Object then, Object here) {
    return then != null && !then.equals(here);
  }

  private static void add(List<String> found, String key, Object then, Object here) {
    if (differs(then, here)) {
      found.add(key + " " + then + ", but here " + here);
    }
  }

  private static String shown(String path, String what) {
    return path == null ? "none" : what == null ? path : path + " (" + what + ")";
  }
}
