package org.seqlm.vocab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
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
   * @param counts of the text's tokens, line ends not among them; {@link Vocabulary#noWords} are
   *     left out, so the text's own {@code </s>} is an unknown word
   * @param lineEnds how often the line end stands in the text; used for words only
   */
  public static Vocabulary rank(
      TokenizerKind kind, TokenCounts counts, long lineEnds, VocabularyLimits limits) {
    return of(kind, List.of(counts.ranked(limits.minCount(), Integer.MAX_VALUE)), lineEnds, limits);
  }

  /**
   * The same for tokens already ranked by {@link TokenCounts#ranked}.
   *
   * @param parts each ranked, no token in two of them; may hold tokens beyond the limits
   */
  public static Vocabulary of(
      TokenizerKind kind, List<PackedTokens> parts, long lineEnds, VocabularyLimits limits) {
    List<String> reserved = Vocabulary.reservedTokens(kind);
    PackedTokens.Builder tokens = new PackedTokens.Builder();
    for (String token : reserved) {
      byte[] utf8 = token.getBytes(StandardCharsets.UTF_8);
      tokens.add(utf8, 0, utf8.length, token.equals(Vocabulary.SENTENCE_END_TOKEN) ? lineEnds : 0);
    }
    int most = limits.maxSize() == 0 ? Integer.MAX_VALUE : limits.maxSize();
    append(tokens, kind, parts, most, limits.minCount());
    return new ArrayVocabulary(reserved.size(), tokens.take());
  }

  /**
   * What {@link Vocabulary#fingerprint} is of tokens that lie elsewhere.
   *
   * @param utf8 the bytes of the token with an id
   */
  public static String fingerprint(int size, IntFunction<byte[]> utf8) {
    TokenDigest digest = new TokenDigest();
    for (int id = 0; id < size; id++) {
      byte[] token = utf8.apply(id);
      digest.add(token, 0, token.length);
    }
    return digest.hex();
  }

  /**
   * Appends ranked tokens in their common order, but for those that are no words.
   *
   * @param most tokens in the end
   */
  static void append(
      PackedTokens.Builder tokens,
      TokenizerKind kind,
      List<PackedTokens> parts,
      int most,
      long minCount) {
    List<byte[]> noWords = new ArrayList<>();
    for (String token : Vocabulary.noWords(kind)) {
      noWords.add(token.getBytes(StandardCharsets.UTF_8));
    }
    RankedMerge.merge(
        parts,
        (list, at) -> {
          PackedTokens part = parts.get(list);
          if (tokens.size() >= most || part.counts()[at] < minCount) {
            return false;
          }
          if (!isOneOf(noWords, part, at)) {
            tokens.add(part.arena(), part.start(at), part.end(at), part.counts()[at]);
          }
          return true;
        });
  }

  private static boolean isOneOf(List<byte[]> some, PackedTokens part, int at) {
    for (byte[] utf8 : some) {
      if (TokenTable.equal(utf8, 0, utf8.length, part.arena(), part.start(at), part.end(at))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a vocabulary is another one, or extends it: whether its first tokens are all of the
   * other's, in the same order, so that whatever knows the other's ids knows these.
   */
  public static boolean beginsWith(Vocabulary vocabulary, Vocabulary first) {
    return vocabulary.reserved() == first.reserved()
        && vocabulary.size() >= first.size()
        && fingerprint(vocabulary, first.size()).equals(first.fingerprint());
  }

  /** The {@link Vocabulary#fingerprint} that a vocabulary of the first tokens alone would have. */
  private static String fingerprint(Vocabulary vocabulary, int size) {
    if (size == vocabulary.size()) {
      return vocabulary.fingerprint();
    }
    PackedTokens tokens = pack(vocabulary);
    TokenDigest digest = new TokenDigest();
    for (int id = 0; id < size; id++) {
      digest.add(tokens.arena(), tokens.start(id), tokens.end(id));
    }
    return digest.hex();
  }

  /**
   * How a model's vocabulary differs from a dataset's, in the model's name; empty if it does not.
   */
  public static String difference(Vocabulary model, Vocabulary dataset) {
    if (model.fingerprint().equals(dataset.fingerprint())) {
      return "";
    }
    String what = "has other tokens than the dataset: ";
    String more = firstMissing(dataset, model);
    if (more != null) {
      return what + "it has no " + more + ", which the dataset has";
    }
    String less = firstMissing(model, dataset);
    if (less != null) {
      return what + "it has " + less + ", which the dataset has not";
    }
    for (int id = 0; ; id++) {
      if (!model.token(id).equals(dataset.token(id))) {
        return "has the dataset's tokens in another order, that of their frequency in its own text:"
            + " number "
            + id
            + " is "
            + shown(model.token(id))
            + " there and "
            + shown(dataset.token(id))
            + " here";
      }
    }
  }

  /** The most frequent token of one vocabulary that the other lacks; null if there is none. */
  private static String firstMissing(Vocabulary all, Vocabulary some) {
    for (int id = 0; id < all.size(); id++) {
      String token = all.token(id);
      if (some.id(token) == Vocabulary.UNKNOWN && !token.equals(Vocabulary.UNKNOWN_TOKEN)) {
        return shown(token);
      }
    }
    return null;
  }

  /** In one line. */
  private static String shown(String token) {
    StringBuilder text = new StringBuilder("\"");
    token
        .chars()
        .forEach(
            c -> {
              if (c == '\n') {
                text.append("\\n");
              } else if (Character.isISOControl(c)) {
                text.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                text.append((char) c);
              }
            });
    return text.append('"').toString();
  }

  /** Writes one {@code {"token":…,"count":…}} a line, in the order of the ids. */
  public static void write(Vocabulary vocabulary, OutputStream out) throws IOException {
    VocabularyWriter writer = new VocabularyWriter(out);
    PackedTokens tokens = pack(vocabulary);
    for (int id = 0; id < tokens.size(); id++) {
      writer.add(tokens.arena(), tokens.start(id), tokens.end(id), tokens.counts()[id]);
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
