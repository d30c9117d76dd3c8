package org.seqlm.text.chain.stages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.seqlm.text.chain.Sentences;

/**
 * What ICU 72.1 in C++ cuts (PyICU 2.10.2: {@code BreakIterator.createWordInstance(Locale(code))},
 * tokens of a rule status of 100 or more, and {@code createSentenceInstance}), beside the chain's
 * {@code words} and {@link Sentences}, which are ICU4J's with rules of our own. Dictionaries change
 * from release to release; of these sentences both make the same.
 */
class PublishedFiguresTest {
  private static void same(String language, String text, String words, String sentences) {
    assertThat(LanguagesTest.cut(text, "words")).as(language).isEqualTo(split(words));
    List<String> found = new ArrayList<>();
    Sentences.of(language).split(text, (in, from, to) -> found.add(in.substring(from, to)));
    assertThat(found).as(language).isEqualTo(split(sentences));
  }

  private static List<String> split(String tokens) {
    return List.of(tokens.split("\\|"));
  }

  @Test
  void icuOfChineseJapaneseAndThai() {
    same(
        "zh",
        "今天上午北京下了一场大雨，许多人没有带伞。气象台说：“明天会放晴。”我们打算去颐和园散步！",
        "今天|上午|北京|下|了一|场|大雨|许多|人|没有|带|伞|气象|台|说|明天|会|放晴|我们|打算|去|颐和园|散步",
        "今天上午北京下了一场大雨，许多人没有带伞。|气象台说：“明天会放晴。”|我们打算去颐和园散步！");
    same(
        "ja",
        "昨日は東京で友達と寿司を食べました。とても美味しかったです！来週もう一度行きませんか？",
        "昨日|は|東京|で|友達|と|寿司|を|食|べ|ま|した|とても|美味|しか|っ|た|です|来週|もう一度|行き|ま|せん|か",
        "昨日は東京で友達と寿司を食べました。|とても美味しかったです！|来週もう一度行きませんか？");
    same(
        "th",
        "วันนี้อากาศดีมาก เราจึงไปเดินเล่นที่สวนสาธารณะ แล้วซื้อกาแฟกลับบ้าน",
        "วัน|นี้|อากาศ|ดี|มาก|เรา|จึง|ไป|เดิน|เล่น|ที่|สวน|สาธารณะ|แล้ว|ซื้อ|กาแฟ|กลับ|บ้าน",
        "วันนี้อากาศดีมาก เราจึงไปเดินเล่นที่สวนสาธารณะ แล้วซื้อกาแฟกลับบ้าน");
  }

  @Test
  void icuOfPersianAndArabic() {
    same(
        "fa",
        "امروز هوا خوب است. کتاب\u200Cهای تازه را از کتابخانه می\u200Cگیرم؛ آیا شما هم"
            + " می\u200Cآیید؟ قیمت آن ۱۲٫۵ تومان است.",
        "امروز|هوا|خوب|است|کتاب\u200Cهای|تازه|را|از|کتابخانه|می\u200Cگیرم|آیا|شما|هم|می\u200Cآیید|قیمت|آن|۱۲٫۵|تومان|است",
        "امروز هوا خوب است.|کتاب\u200Cهای تازه را از کتابخانه می\u200Cگیرم؛ آیا شما هم"
            + " می\u200Cآیید؟|قیمت آن ۱۲٫۵ تومان است.");
    same(
        "ar",
        "ذهبنا إلى السوق صباحًا. اشترينا خبزًا وتمرًا، ثم عدنا إلى البيت. هل تحب القهوة؟",
        "ذهبنا|إلى|السوق|صباحًا|اشترينا|خبزًا|وتمرًا|ثم|عدنا|إلى|البيت|هل|تحب|القهوة",
        "ذهبنا إلى السوق صباحًا.|اشترينا خبزًا وتمرًا، ثم عدنا إلى البيت.|هل تحب القهوة؟");
  }
}
