package org.seqlm.vocab;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A vocabulary for tests: words in the order given, or the numbers themselves. */
public final class ListVocabulary implements Vocabulary {
  private final int reserved;
  private final int size;
  private final List<String> tokens;

  private ListVocabulary(int reserved, int size, List<String> tokens) {
    this.reserved = reserved;
    this.size = size;
    this.tokens = tokens;
  }

  /** Words with line marks; ids from 3. */
  public static ListVocabulary words(List<String> words) {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    tokens.addAll(words);
    return new ListVocabulary(3, tokens.size(), tokens);
  }

  /** Characters; ids from 1. */
  public static ListVocabulary characters(String characters) {
    List<String> tokens = new ArrayList<>(List.of("<unk>"));
    characters.codePoints().forEach(c -> tokens.add(Character.toString(c)));
    return new ListVocabulary(1, tokens.size(), tokens);
  }

  /** Any number of ids; the line feed of characters has id 1. */
  public static ListVocabulary numbers(int reserved, int size) {
    return new ListVocabulary(reserved, size, null);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public String token(int id) {
    return tokens == null ? "t" + id : tokens.get(id);
  }

  @Override
  public long count(int id) {
    // The first word is hot where there are slices enough.
    long rank = id - reserved + 1L;
    return id < reserved ? 0 : 1_000_000 / (rank * rank);
  }

  @Override
  public int id(String token) {
    if (tokens == null) {
      return token.equals("\n") && reserved == 1 ? 1 : Integer.parseInt(token.substring(1));
    }
    return Math.max(UNKNOWN, tokens.indexOf(token));
  }

  @Override
  public int id(byte[] utf8, int from, int to) {
    return id(new String(utf8, from, to - from, StandardCharsets.UTF_8));
  }

  @Override
  public int reserved() {
    return reserved;
  }

  @Override
  public String fingerprint() {
    return "test-" + size;
  }
}
