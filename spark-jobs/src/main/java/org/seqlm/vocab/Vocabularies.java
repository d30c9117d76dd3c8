package org.seqlm.vocab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import org.seqlm.UserException;
import org.seqlm.text.TokenizerKind;

/** Makes vocabularies, writes them and reads them again. */
public final class Vocabularies {
  /** The name of a vocabulary's file in every artifact that has one. */
  public static final String FILE_NAME = "vocabulary.jsonl";

  private Vocabularies() {}

  /**
   * The vocabulary of a text.
   *
   * @param counts of the text's tokens, line ends not among them; tokens that read like reserved
   *     ones are left out, so the text's own {@code </s>} is an unknown word
   * @param lineEnds how often the line end stands in the text; used for words only
   */
  public static Vocabulary rank(
      TokenizerKind kind, TokenCounts counts, long lineEnds, VocabularyLimits limits) {
    return of(kind, counts.ranked(limits.minCount(), Integer.MAX_VALUE), lineEnds, limits);
  }

  /**
   * The same for tokens already ranked by {@link TokenCounts#ranked}.
   *
   * @param ranked may hold tokens beyond the limits
   */
  public static Vocabulary of(
      TokenizerKind kind, PackedTokens ranked, long lineEnds, VocabularyLimits limits) {
    List<String> reserved = Vocabulary.reservedTokens(kind);
    int most = limits.maxSize() == 0 ? Integer.MAX_VALUE : limits.maxSize();
    TokenCounts tokens = new TokenCounts(Math.min(most, ranked.size() + reserved.size()));
    for (String token : reserved) {
      byte[] utf8 = token.getBytes(StandardCharsets.UTF_8);
      tokens.add(utf8, 0, utf8.length, token.equals(Vocabulary.SENTENCE_END_TOKEN) ? lineEnds : 0);
    }
    for (int i = 0; i < ranked.size() && tokens.size() < most; i++) {
      if (ranked.counts()[i] < limits.minCount()) {
        break;
      }
      int start = ranked.start(i);
      int end = ranked.end(i);
      int known = tokens.table().find(ranked.arena(), start, end);
      if (known < 0) {
        tokens.add(ranked.arena(), start, end, ranked.counts()[i]);
      }
    }
    return new ArrayVocabulary(reserved.size(), tokens.packed());
  }

  /** Writes one {@code {"token":…,"count":…}} a line, in the order of the ids. */
  public static void write(Vocabulary vocabulary, OutputStream out) throws IOException {
    VocabularyWriter writer = new VocabularyWriter(out);
    for (int id = 0; id < vocabulary.size(); id++) {
      byte[] utf8 = vocabulary.token(id).getBytes(StandardCharsets.UTF_8);
      writer.add(utf8, 0, utf8.length, vocabulary.count(id));
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param name shown in messages
   * @throws UserException with exit code 3 if it is no vocabulary of this kind of tokeniser
   */
  public static Vocabulary read(TokenizerKind kind, InputStream in, String name)
      throws IOException {
    TokenCounts tokens = new TokenCounts(1 << 10);
    VocabularyReader words = new VocabularyReader(kind, in, name);
    for (int id = 0; words.next(); id++) {
      if (tokens.add(words.token(), 0, words.token().length, words.count()) != id) {
        throw UserException.data(
            name + " is damaged: the token of line " + (id + 1) + " stands in it before");
      }
    }
    return new ArrayVocabulary(Vocabulary.reservedTokens(kind).size(), tokens.packed());
  }

  /** A vocabulary without some of its tokens, the others in the same order. */
  public static Vocabulary without(Vocabulary vocabulary, BitSet left) {
    PackedTokens all = pack(vocabulary);
    TokenCounts tokens = new TokenCounts(vocabulary.size());
    for (int id = 0; id < vocabulary.size(); id++) {
      if (!left.get(id)) {
        tokens.add(all.arena(), all.start(id), all.end(id), all.counts()[id]);
      }
    }
    return new ArrayVocabulary(vocabulary.reserved(), tokens.packed());
  }

  /** The arrays a vocabulary consists of, in the order of the ids, to send it elsewhere. */
  public static PackedTokens pack(Vocabulary vocabulary) {
    if (vocabulary instanceof ArrayVocabulary array) {
      return array.tokens();
    }
    TokenTable table = new TokenTable(vocabulary.size());
    long[] counts = new long[vocabulary.size()];
    for (int id = 0; id < counts.length; id++) {
      byte[] utf8 = vocabulary.token(id).getBytes(StandardCharsets.UTF_8);
      table.add(utf8, 0, utf8.length);
      counts[id] = vocabulary.count(id);
    }
    return PackedTokens.of(table, counts);
  }

  /** The vocabulary that {@link #pack} packed. */
  public static Vocabulary unpack(int reserved, PackedTokens tokens) {
    return new ArrayVocabulary(reserved, tokens);
  }

  /** The class of every vocabulary made here, for registration with a serialiser. */
  public static Class<? extends Vocabulary> type() {
    return ArrayVocabulary.class;
  }
}
