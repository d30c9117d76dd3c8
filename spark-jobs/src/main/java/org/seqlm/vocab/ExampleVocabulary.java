package org.seqlm.vocab;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.UserException;

/**
 * The tokens of one column of labelled examples, with the ids 0 to {@code size() - 1}: reserved
 * ones first, then by falling count and, among equals, by rising bytes. Immutable.
 *
 * <p>It is no {@link Vocabulary}: what a network writes begins and ends with {@code </s>}, which
 * has id 0 there, and nothing else is reserved. A text's own {@code </s>} or {@code <unk>} is an
 * unknown token.
 */
public final class ExampleVocabulary {
  /** What the tokens are for, which decides the reserved ones. */
  public enum Side {
    /** A network reads them: {@code <unk>}. */
    READ(List.of(Vocabulary.UNKNOWN_TOKEN)),
    /** A network writes them: {@code </s>}, which starts and ends what it writes, {@code <unk>}. */
    WRITTEN(List.of(Vocabulary.SENTENCE_END_TOKEN, Vocabulary.UNKNOWN_TOKEN));

    private final List<String> reserved;

    Side(List<String> reserved) {
      this.reserved = reserved;
    }

    /** The reserved tokens, in the order of their ids. */
    public List<String> reserved() {
      return reserved;
    }
  }

  private static final JsonFactory JSON = new JsonFactory();

  private final Side side;
  private final String[] tokens;
  private final long[] counts;
  private final Map<String, Integer> ids;
  private final String fingerprint;

  private ExampleVocabulary(Side side, String[] tokens, long[] counts) {
    this.side = side;
    this.tokens = tokens;
    this.counts = counts;
    TokenDigest digest = new TokenDigest();
    ids = new HashMap<>(tokens.length * 2);
    for (int id = 0; id < tokens.length; id++) {
      byte[] utf8 = tokens[id].getBytes(StandardCharsets.UTF_8);
      digest.add(utf8, 0, utf8.length);
      if (id >= side.reserved().size()) {
        ids.put(tokens[id], id);
      }
    }
    fingerprint = digest.hex();
  }

  /**
   * The vocabulary of ranked tokens.
   *
   * @param ranked by falling count, then rising bytes, each once, none of them reserved
   * @param counts of them
   */
  public static ExampleVocabulary of(Side side, List<String> ranked, long[] counts) {
    int reserved = side.reserved().size();
    String[] tokens = new String[reserved + ranked.size()];
    long[] all = new long[tokens.length];
    for (int id = 0; id < tokens.length; id++) {
      tokens[id] = id < reserved ? side.reserved().get(id) : ranked.get(id - reserved);
      all[id] = id < reserved ? 0 : counts[id - reserved];
    }
    return new ExampleVocabulary(side, tokens, all);
  }

  public Side side() {
    return side;
  }

  /** Ids, reserved ones included. */
  public int size() {
    return tokens.length;
  }

  /** The token of an id, {@code 0 <= id < size()}. */
  public String token(int id) {
    return tokens[id];
  }

  /** How often a token stands in the train split; 0 for reserved ones. */
  public long count(int id) {
    return counts[id];
  }

  /** The id of a token that stands in a text; {@link #unknown} if it has none. */
  public int id(String token) {
    return ids.getOrDefault(token, unknown());
  }

  /** The id of what the vocabulary does not know. */
  public int unknown() {
    return side.reserved().size() - 1;
  }

  /** The id of {@code </s>}; -1 if there is none. */
  public int end() {
    return side == Side.WRITTEN ? 0 : -1;
  }

  /** SHA-256 of the tokens in id order, in hexadecimal. */
  public String fingerprint() {
    return fingerprint;
  }

  /** Writes one {@code {"token":…,"count":…}} a line, in the order of the ids. */
  public void write(OutputStream out) throws IOException {
    VocabularyWriter writer = new VocabularyWriter(out);
    for (int id = 0; id < tokens.length; id++) {
      byte[] utf8 = tokens[id].getBytes(StandardCharsets.UTF_8);
      writer.add(utf8, 0, utf8.length, counts[id]);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param name shown in messages
   * @throws UserException with exit code 3 if it is no vocabulary of this side
   */
  public static ExampleVocabulary read(Side side, InputStream in, String name) throws IOException {
    List<String> tokens = new java.util.ArrayList<>();
    List<Long> counts = new java.util.ArrayList<>();
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      read(line, tokens, counts, name);
    }
    List<String> reserved = side.reserved();
    if (tokens.size() < reserved.size() || !tokens.subList(0, reserved.size()).equals(reserved)) {
      throw UserException.data(
          name + " is damaged: its first tokens must be " + String.join(", ", reserved));
    }
    ExampleVocabulary vocabulary =
        new ExampleVocabulary(
            side,
            tokens.toArray(String[]::new),
            counts.stream().mapToLong(Long::longValue).toArray());
    if (vocabulary.ids.size() + reserved.size() != tokens.size()) {
      throw UserException.data(name + " is damaged: a token stands in it twice");
    }
    return vocabulary;
  }

  private static void read(String line, List<String> tokens, List<Long> counts, String name)
      throws IOException {
    String token = null;
    long count = -1;
    try (JsonParser json = JSON.createParser(line)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.getCurrentName();
        json.nextToken();
        if (key.equals("token")) {
          token = json.getText();
        } else if (key.equals("count")) {
          count = json.getLongValue();
        }
      }
    } catch (JsonProcessingException e) {
      throw UserException.data(
          name + " is damaged: line " + (tokens.size() + 1) + " is no JSON", e);
    }
    if (token == null || count < 0) {
      throw UserException.data(
          name + " is damaged: line " + (tokens.size() + 1) + " lacks a token or its count");
    }
    tokens.add(token);
    counts.add(count);
  }
}
