package org.seqlm.text.subword;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What a tokenizer.json says; shared by threads, each of which takes a {@link #tokenizer()}.
 *
 * <p>A text goes through: added tokens are cut out, the rest is normalised, added tokens that are
 * looked for in normalised text are cut out, splits of characters, the step to bytes, the model.
 */
public final class SubwordFile {
  /** Which model a file has. */
  public enum Kind {
    BPE("BPE", "bpe"),
    UNIGRAM("Unigram", "unigram");

    private final String type;
    private final String stage;

    Kind(String type, String stage) {
      this.type = type;
      this.stage = stage;
    }

    /** The stage of a chain that takes such files. */
    public String stage() {
      return stage;
    }

    /** As in a tokenizer.json. */
    @Override
    public String toString() {
      return type;
    }
  }

  /** How tokens become text again. */
  enum Decoding {
    /** Letters stand for bytes. */
    BYTES,
    /** A mark stands for a space. */
    MARKS,
    /** Tokens are words: a space stands between two. */
    WORDS
  }

  /**
   * All of a file.
   *
   * @param raw added tokens that are looked for in the text as it comes, with their ids
   * @param normalized those that are looked for in normalised text, normalised
   * @param contents of all added tokens, by id
   * @param before ids of added tokens that take the white space before them
   * @param after ids of added tokens that take the white space after them
   * @param normalizer null for none
   * @param splits of characters
   * @param byteLevel null for none
   * @param spaceMark stands for a space; 0 for none
   * @param prefixed whether a text was given a mark in front
   */
  record Parts(
      Map<String, Integer> raw,
      Map<String, Integer> normalized,
      Map<Integer, String> contents,
      Set<Integer> before,
      Set<Integer> after,
      UnaryOperator<String> normalizer,
      List<StringSplits.StringSplit> splits,
      TextShape byteLevel,
      char spaceMark,
      boolean prefixed,
      SubwordModel model) {}

  private final Parts parts;
  private final AddedTokens raw;
  private final AddedTokens normalized;
  private final String[] spelled; // by id, as they are asked for; equal whoever made them

  SubwordFile(Parts parts) {
    this.parts = parts;
    int ids = parts.model.tokens().ids();
    for (int id : parts.contents.keySet()) {
      ids = Math.max(ids, id + 1);
    }
    spelled = new String[ids];
    raw = parts.raw.isEmpty() ? null : new AddedTokens(parts.raw, parts.before, parts.after);
    normalized =
        parts.normalized.isEmpty()
            ? null
            : new AddedTokens(parts.normalized, parts.before, parts.after);
  }

  /**
   * Reads a tokenizer.json of Hugging Face's tokenizers, with a model BPE or Unigram.
   *
   * @param name of the file, for people
   * @throws org.seqlm.UserException with exit code 3 if it is none, or says what is not supported
   *     here, by name
   */
  public static SubwordFile read(byte[] json, String name) {
    return new TokenizerJson(name).read(json);
  }

  /** Cuts text as the file says; one a thread. */
  public SubwordTokenizer tokenizer() {
    return new SubwordTokenizer(this);
  }

  /** The UTF-8 of a token as the file spells it; null for an id without one. */
  public byte[] token(int id) {
    String added = parts.contents.get(id);
    return added != null ? added.getBytes(StandardCharsets.UTF_8) : parts.model.tokens().token(id);
  }

  /** A token as the file spells it. */
  String spelled(int id) {
    String known = spelled[id];
    if (known == null) {
      known = new String(token(id), StandardCharsets.UTF_8);
      spelled[id] = known;
    }
    return known;
  }

  /** Different tokens, added ones among them. */
  public int size() {
    TokenIds tokens = parts.model.tokens();
    int more = 0;
    for (int id : parts.contents.keySet()) {
      more += tokens.token(id) == null ? 1 : 0;
    }
    return tokens.size() + more;
  }

  public Kind kind() {
    return parts.model instanceof BpeModel ? Kind.BPE : Kind.UNIGRAM;
  }

  Parts parts() {
    return parts;
  }

  /** Null for none. */
  AddedTokens raw() {
    return raw;
  }

  /** Null for none. */
  AddedTokens normalized() {
    return normalized;
  }

  Decoding decoding() {
    if (parts.byteLevel != null) {
      return Decoding.BYTES;
    }
    return parts.spaceMark != 0 ? Decoding.MARKS : Decoding.WORDS;
  }
}
