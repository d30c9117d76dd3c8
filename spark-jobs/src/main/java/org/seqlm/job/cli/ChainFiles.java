package org.seqlm.job.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.store.Paths;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;
import org.seqlm.text.chain.StageSpec;

/**
 * Puts the files of tokenizers into a configuration, wherever in it a tokenizer stands: the chain
 * of {@code kind: chain:FILE.yaml}, and the content of what a stage names, so that everything that
 * is made by the configuration holds all of its tokenizer.
 */
public final class ChainFiles {
  private static final String KIND = "kind";
  private static final String CHAIN = "chain";
  private static final String SHA256 = "sha256";
  private static final String CONTENT = "content";
  private static final String IN_FILE = "chain:";

  private ChainFiles() {}

  /**
   * A list of stages, as YAML or JSON has it: {@code [nfkc, lowercase, {words: {emoji: drop}}]}.
   * The files that it names are not read.
   *
   * @throws UserException with exit code 2 if it is none
   */
  public static List<StageSpec> stages(String yaml) {
    try {
      JsonNode tree = ConfigText.read(yaml);
      if (tree.isArray()) {
        List<StageSpec> stages = new ArrayList<>();
        for (JsonNode stage : tree) {
          stages.add(StageSpec.of(Json.mapper().convertValue(stage, Object.class)));
        }
        return stages;
      }
    } catch (IOException e) {
      // told below
    }
    throw UserException.configuration(
        "tokenizer.chain must be a list of stages, for instance [nfc, lowercase, words], but is "
            + yaml);
  }

  /**
   * The rules of {@code char}, {@code word}, {@code whitespace}, {@code chain:FILE} or a list of
   * stages, with the content of all files.
   *
   * @throws UserException with exit code 2 if it is none of these
   */
  public static TextRules rules(String tokenizer, Configuration hadoop) throws IOException {
    if (tokenizer.startsWith("[")) {
      return TextRules.of(stages(tokenizer)).resolved(opener(hadoop));
    }
    if (tokenizer.startsWith(IN_FILE)) {
      JsonNode chain = chain(tokenizer.substring(IN_FILE.length()), hadoop);
      return TextRules.of(stages(chain.toString())).resolved(opener(hadoop));
    }
    for (TokenizerKind kind : TokenizerKind.values()) {
      if (kind != TokenizerKind.CHAIN && Json.name(kind).equals(tokenizer)) {
        return TextRules.of(kind);
      }
    }
    throw UserException.configuration(
        "a tokenizer must be char, word, whitespace, chain:FILE or a list of stages, for instance"
            + " [nfkc, words], but is "
            + tokenizer);
  }

  /** Opens a file on any Hadoop path. */
  public static StageSpec.Opener opener(Configuration hadoop) {
    return file -> open(file, hadoop);
  }

  /** Changes the tree; what is no chain is left to those who bind it. */
  static void read(JsonNode tree, Configuration hadoop, List<String> problems) {
    if (tree instanceof ObjectNode group) {
      try {
        readOne(group, hadoop);
      } catch (UserException e) {
        problems.addAll(e.problems());
        // What binding would say of it is said.
        group.put(KIND, Json.name(TokenizerKind.WORD));
        group.putArray(CHAIN);
      }
    }
    tree.forEach(inner -> read(inner, hadoop, problems));
  }

  private static void readOne(ObjectNode group, Configuration hadoop) {
    JsonNode kind = group.path(KIND);
    if (kind.isTextual() && kind.textValue().startsWith(IN_FILE) && group.has(CHAIN)) {
      String file = kind.textValue().substring(IN_FILE.length());
      if (!group.path(CHAIN).isEmpty()) {
        throw UserException.configuration(
            "tokenizer.kind " + kind.textValue() + " and tokenizer.chain are two chains: give one");
      }
      group.put(KIND, CHAIN);
      group.set(CHAIN, chain(file, hadoop));
    }
    if (group.path(CHAIN) instanceof ArrayNode chain) {
      for (int i = 0; i < chain.size(); i++) {
        if (chain.get(i).isObject()) {
          chain.set(i, whole(chain.get(i), hadoop));
        }
      }
    }
  }

  private static JsonNode whole(JsonNode stage, Configuration hadoop) {
    try {
      StageSpec spec = Json.mapper().convertValue(stage, StageSpec.class);
      StageSpec whole = spec.resolved(file -> open(file, hadoop));
      return whole == spec ? stage : Json.tree(whole);
    } catch (IllegalArgumentException e) {
      return stage; // binding says what is wrong with it
    } catch (IOException e) {
      throw UserException.platform(
          "tokenizer.chain: the file of a stage cannot be read: " + e.getMessage(), e);
    }
  }

  private static JsonNode chain(String file, Configuration hadoop) {
    String flag = "--tokenizer chain:" + file;
    try (InputStream in = open(file, hadoop)) {
      JsonNode tree = ConfigText.read(in);
      JsonNode chain = tree;
      for (String key : List.of("tokenizer", CHAIN)) {
        chain = chain.isObject() && chain.has(key) ? chain.get(key) : chain;
      }
      if (!chain.isArray()) {
        throw UserException.configuration(
            flag + " must hold a list of stages, for instance [nfc, lowercase, words]");
      }
      return chain;
    } catch (FileNotFoundException e) {
      throw UserException.configuration(
          flag + " does not exist: give a file of YAML with the list chain");
    } catch (JsonProcessingException e) {
      throw UserException.configuration(
          flag + " is no YAML: " + e.getOriginalMessage().lines().findFirst().orElse(""));
    } catch (IOException e) {
      throw UserException.platform(flag + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static InputStream open(String file, Configuration hadoop) throws IOException {
    Path path = Paths.of(file);
    return Paths.plain(path, hadoop).open(path);
  }

  /** As {@link Json#pretty}, likewise. */
  static String pretty(Object value) {
    String text = Json.pretty(value);
    // A record whose numbers would be written otherwise by way of a tree stays as it is.
    return text.contains("\"" + CONTENT + "\"") && text.contains("\"" + SHA256 + "\"")
        ? Json.pretty(shown(Json.tree(value)))
        : text;
  }

  /** The same for people: without the content of files, which their SHA-256 tells. */
  static JsonNode shown(JsonNode tree) {
    JsonNode copy = tree.deepCopy();
    strip(copy);
    return copy;
  }

  private static void strip(JsonNode tree) {
    if (tree instanceof ObjectNode group && group.has(SHA256) && group.has(CONTENT)) {
      group.remove(CONTENT);
    }
    tree.forEach(ChainFiles::strip);
  }
}
