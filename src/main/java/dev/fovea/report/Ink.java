package dev.fovea.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import org.slf4j.LoggerFactory;

/** Text and colours of all sheets. Java cannot draw text on a machine without any font: sheets then come without captions. */
final class Ink {
    static final Color PAPER = Color.WHITE;
    static final Color TEXT = new Color(0x1f2933);
    static final Color MUTED = new Color(0x6b7683);
    static final Color LINE = new Color(0xd5dae1);
    static final Color GOOD = new Color(0x2e9e5b);
    static final Color BAD = new Color(0xd64545);
    static final Color ACCENT = new Color(0x2f6fde);

    private static final boolean FONTS = fontsWork();

    enum Style {
        HEAD(Font.BOLD, 14),
        BODY(Font.PLAIN, 13),
        NOTE(Font.PLAIN, 12);

        final int face;
        final int size;

        Style(int face, int size) {
            this.face = face;
            this.size = size;
        }
    }

    private Ink() {}

    static BufferedImage sheet(int width, int height) {
        BufferedImage sheet = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = sheet.createGraphics();
        pen.setColor(PAPER);
        pen.fillRect(0, 0, width, height);
        pen.dispose();
        return sheet;
    }

    static Graphics2D pen(BufferedImage sheet) {
        Graphics2D pen = sheet.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        pen.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        return pen;
    }

    /** Draws text with its baseline at y; {@code align} 0 puts its left end at x, 0.5 its middle, 1 its right end. */
    static void text(Graphics2D pen, String text, Style style, Color colour, double x, double y, double align) {
        if (FONTS && !text.isEmpty()) {
            pen.setFont(font(style));
            pen.setColor(colour);
            pen.drawString(text, (float) (x - align * pen.getFontMetrics().stringWidth(text)), (float) y);
        }
    }

    static int width(String text, Style style) {
        if (!FONTS) {
            return 0;
        }
        Graphics2D pen = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        FontMetrics metrics = pen.getFontMetrics(font(style));
        pen.dispose();
        return metrics.stringWidth(text);
    }

    /** The text, or as much of its start as fits with an ellipsis. */
    static String fit(String text, Style style, int width) {
        if (width(text, style) <= width) {
            return text;
        }
        int end = text.length();
        while (end > 0 && width(text.substring(0, end) + "…", style) > width) {
            end--;
        }
        return text.substring(0, end).stripTrailing() + "…";
    }

    private static Font font(Style style) {
        return new Font(Font.SANS_SERIF, style.face, style.size);
    }

    private static boolean fontsWork() {
        try {
            Graphics2D pen = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
            pen.setFont(font(Style.BODY));
            pen.getFontMetrics().stringWidth("x");
            pen.dispose();
            return true;
        } catch (RuntimeException | LinkageError | InternalError e) {
            LoggerFactory.getLogger(Ink.class)
                    .warn(
                            "this machine has no fonts: pictures are drawn without captions (to have them, install fontconfig and a font)");
            return false;
        }
    }
}
