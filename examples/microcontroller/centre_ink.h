/* What model.onnx does before its network: ink of any size becomes the image of 28x28 pixels that MNIST's makers would have
   made of it. The ink's box is scaled to 20 pixels, its centre of mass put in the middle (LeCun et al., "Gradient-based
   learning applied to document recognition", 1998, section III-A), in one resampling with triangle filters. */

#ifndef CENTRE_INK_H
#define CENTRE_INK_H

#include <stdint.h>

#ifndef CENTRE_INK_WIDEST
#define CENTRE_INK_WIDEST 320 /* pixels; a float of memory for each */
#endif

/* A place among the pixels of one axis, and the pixels that a triangle around it covers. */
struct centre_ink_place {
    float wanted, support, total;
    int first, last;
};

static inline float centre_ink_weight(const struct centre_ink_place *place, int pixel) {
    float distance = place->wanted - ((float)pixel + 0.5f);
    if (distance < 0) distance = -distance;
    return distance < place->support ? 1 - distance / place->support : 0;
}

static inline struct centre_ink_place centre_ink_at(float centre, float scale, int index) {
    struct centre_ink_place place;
    place.wanted = centre + ((float)index + 0.5f - 14) * scale;
    place.support = scale > 1 ? scale : 1;
    place.total = 0;
    place.first = (int)(place.wanted - place.support) - 2;
    place.last = (int)(place.wanted + place.support) + 1;
    for (int pixel = place.first; pixel <= place.last; pixel++) place.total += centre_ink_weight(&place, pixel);
    return place;
}

/* ink: height rows of width pixels, 0 = paper, 255 = ink; image: 784 bytes. Gives 0 where width is above
   CENTRE_INK_WIDEST, 1 otherwise; blank ink gives a blank image. */
static inline int centre_ink(const uint8_t *ink, int height, int width, uint8_t image[784]) {
    static float row[CENTRE_INK_WIDEST];
    int darkest = 0, top = height, bottom = -1, left = width, right = -1;
    float mass = 0, down = 0, across = 0, scale;

    if (width > CENTRE_INK_WIDEST) return 0;
    for (int i = 0; i < height * width; i++)
        if (ink[i] > darkest) darkest = ink[i];
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            const int grey = ink[y * width + x];
            mass += (float)grey;
            down += (float)grey * ((float)y + 0.5f);
            across += (float)grey * ((float)x + 0.5f);
            if (grey == 0 || 16 * grey < darkest) continue; /* what is fainter does not stretch the box */
            if (y < top) top = y;
            if (y > bottom) bottom = y;
            if (x < left) left = x;
            if (x > right) right = x;
        }
    if (mass > 0) down /= mass, across /= mass;
    scale = (float)(bottom - top > right - left ? bottom - top + 1 : right - left + 1) / 20;
    if (scale < 0.05f) scale = 0.05f;

    for (int i = 0; i < 28; i++) {
        const struct centre_ink_place vertical = centre_ink_at(down, scale, i);
        for (int x = 0; x < width; x++) {
            row[x] = 0;
            for (int y = vertical.first < 0 ? 0 : vertical.first; y <= vertical.last && y < height; y++)
                row[x] += centre_ink_weight(&vertical, y) / vertical.total * (float)ink[y * width + x];
        }
        for (int j = 0; j < 28; j++) {
            const struct centre_ink_place horizontal = centre_ink_at(across, scale, j);
            float grey = 0;
            for (int x = horizontal.first < 0 ? 0 : horizontal.first; x <= horizontal.last && x < width; x++)
                grey += centre_ink_weight(&horizontal, x) / horizontal.total * row[x];
            image[28 * i + j] = (uint8_t)(grey >= 255 ? 255 : grey + 0.5f);
        }
    }
    return 1;
}

#endif
