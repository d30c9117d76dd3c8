package org.seqlm.ngram.kenlm;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.stream.IntStream;
import org.seqlm.UserException;
import org.seqlm.store.MappedFile;
import org.seqlm.store.Sha256;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;

/**
 * The words of a KenLM binary, which is asked for each. Ids are KenLM's numbers but for {@code <s>}
 * and {@code </s>}, which are 1 and 2 here and change places with the words that have these. How
 * words are spelled is known where the file holds them, as {@code build_binary} writes it unless
 * told {@code -v}; scoring needs it not.
 */
final class KenlmVocabulary implements Vocabulary {
  private static final int START = 1;
  private static final int END = 2;
  private static final int MARKS = 3;

  private final MappedFile file;
  private final String name;
  private final WordIds words;
  private final WordList list; // null where the file holds no words
  private final int size;
  private final int[] ours; // the ids that are not KenLM's numbers, rising
  private final int[] theirs; // KenLM's numbers of these
  private String fingerprint;

  /**
   * @param list null if the file holds none
   * @throws UserException with exit code 3 if {@code <s>} or {@code </s>} is missing
   */
  KenlmVocabulary(MappedFile file, String name, WordIds words, WordList list) {
    this.file = file;
    this.name = name;
    this.words = words;
    this.list = list;
    this.size = words.size();
    int start = mark(SENTENCE_START_TOKEN);
    int end = mark(SENTENCE_END_TOKEN);
    int[] touched = IntStream.of(START, END, start, end).sorted().distinct().toArray();
    int[] free = IntStream.of(touched).filter(id -> id != start && id != end).toArray();
    ours = touched;
    theirs = new int[touched.length];
    theirs[0] = start;
    theirs[1] = end;
    System.arraycopy(free, 0, theirs, 2, free.length);
  }

  private int mark(String mark) {
    int id = theirId(mark.getBytes(StandardCharsets.UTF_8), 0, mark.length());
    if (id == UNKNOWN) {
      throw UserException.data(
          "KenLM's binary "
              + name
              + " has no "
              + mark
              + ", which every line is scored with: estimate the model on text with line marks");
    }
    return id;
  }

  private int theirId(byte[] utf8, int from, int to) {
    try {
      return words.id(MurmurHash.of(utf8, from, to));
    } catch (IndexOutOfBoundsException e) {
      throw KenlmHeader.damaged(name, "its words are numbered beyond their end");
    }
  }

  /** KenLM's number of an id. */
  int theirs(int id) {
    for (int i = 0; i < ours.length; i++) {
      if (ours[i] == id) {
        return theirs[i];
      }
    }
    return id;
  }

  /** The id of KenLM's number. */
  private int ours(int their) {
    for (int i = 0; i < theirs.length; i++) {
      if (theirs[i] == their) {
        return ours[i];
      }
    }
    return their;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int reserved() {
    return MARKS;
  }

  /** Nobody knows: 0. */
  @Override
  public long count(int id) {
    return 0;
  }

  @Override
  public int id(String token) {
    byte[] utf8 = token.getBytes(StandardCharsets.UTF_8);
    return ours(theirId(utf8, 0, utf8.length));
  }

  @Override
  public int id(byte[] utf8, int from, int to) {
    int id = ours(theirId(utf8, from, to));
    return id < MARKS ? UNKNOWN : id;
  }

  /**
   * How a word is spelled.
   *
   * @throws UserException with exit code 3 if the file does not hold its words
   */
  @Override
  public String token(int id) {
    if (id < 0 || id >= size) {
      throw new IndexOutOfBoundsException("id must be 0 to " + (size - 1) + ", but is " + id);
    }
    if (id < MARKS) {
      return Vocabulary.reservedTokens(TokenizerKind.WHITESPACE).get(id);
    }
    if (list == null) {
      throw UserException.data(
          "KenLM's binary "
              + name
              + " does not hold its words but their hashes alone, so it can score text, and neither"
              + " write nor be mixed: build it with build_binary without -v");
    }
    return new String(list.utf8(theirs(id)), StandardCharsets.UTF_8);
  }

  /** Where the file does not hold its words, of their hashes: no other kind's is equal. */
  @Override
  public synchronized String fingerprint() {
    if (fingerprint == null) {
      fingerprint =
          list == null
              ? hashes()
              : Vocabularies.fingerprint(
                  size,
                  id ->
                      id < MARKS
                          ? token(id).getBytes(StandardCharsets.UTF_8)
                          : list.utf8(theirs(id)));
    }
    return fingerprint;
  }

  private String hashes() {
    MessageDigest digest = Sha256.digest();
    digest.update("KenLM's words".getBytes(StandardCharsets.US_ASCII));
    byte[] some = new byte[1 << 16];
    for (long at = words.start(); at < words.end(); at += some.length) {
      int length = (int) Math.min(some.length, words.end() - at);
      file.get(at, some, 0, length);
      digest.update(some, 0, length);
    }
    return Sha256.hex(digest);
  }
}
