/* Which digit is on each drawing: a line of JSON for each, from a bundle's model.onnx and ONNX Runtime's C API.

       digits model.onnx drawing.pgm ...

   A drawing is ink of any size, 255 = ink: the model does all preprocessing itself. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "onnxruntime_c_api.h"

static const OrtApi *ort;

static void fail(const char *what, const char *reason) {
    fprintf(stderr, "digits: %s: %s\n", what, reason);
    exit(2);
}

static void check(OrtStatus *status, const char *what) {
    if (status != NULL) fail(what, ort->GetErrorMessage(status));
}

/* A binary PGM file of 8 bits: "P5", width, height, 255, one white-space character, the pixels row by row. */
static uint8_t *read_pgm(const char *path, int64_t *height, int64_t *width) {
    FILE *file = fopen(path, "rb");
    int wide, high, most;
    if (file == NULL) fail(path, "cannot be opened");
    if (fscanf(file, "P5 %d %d %d", &wide, &high, &most) != 3 || most != 255)
        fail(path, "is no binary PGM file of 8 bits");
    if (wide < 1 || high < 1 || wide > 10000 || high > 10000)
        fail(path, "is no binary PGM file of 8 bits");
    fgetc(file);
    size_t size = (size_t)wide * (size_t)high;
    uint8_t *ink = malloc(size);
    if (ink == NULL || fread(ink, 1, size, file) != size) fail(path, "is cut short");
    fclose(file);
    *width = wide;
    *height = high;
    return ink;
}

/* Models that know what is no digit have this output, others have not. */
static int has_digit_probability(const OrtSession *session) {
    size_t count;
    int found = 0;
    OrtAllocator *allocator;
    check(ort->GetAllocatorWithDefaultOptions(&allocator), "memory");
    check(ort->SessionGetOutputCount(session, &count), "model");
    for (size_t i = 0; i < count; i++) {
        char *name;
        check(ort->SessionGetOutputName(session, i, allocator, &name), "model");
        found = found || strcmp(name, "digit_probability") == 0;
        check(ort->AllocatorFree(allocator, name), "memory");
    }
    return found;
}

static size_t length_of(const OrtValue *value) {
    OrtTensorTypeAndShapeInfo *info;
    size_t length;
    check(ort->GetTensorTypeAndShape(value, &info), "model");
    check(ort->GetTensorShapeElementCount(info, &length), "model");
    ort->ReleaseTensorTypeAndShapeInfo(info);
    return length;
}

static void answer(const char *path, const float *probabilities, size_t classes, float is_digit) {
    size_t best = 0;
    for (size_t i = 1; i < classes; i++)
        if (probabilities[i] > probabilities[best]) best = i;
    printf("{\"drawing\": \"%s\", \"digit\": ", path);
    if (is_digit < 0.5f) printf("null");
    else printf("%zu", best);
    printf(", \"digit_probability\": %.7f, \"probabilities\": [", is_digit);
    for (size_t i = 0; i < classes; i++) printf("%s%.7f", i ? ", " : "", probabilities[i]);
    printf("]}\n");
}

static void classify(OrtSession *session, const OrtMemoryInfo *memory, int knows_digits, const char *path) {
    const char *inputs[] = {"ink"}, *outputs[] = {"probabilities", "digit_probability"};
    OrtValue *given = NULL, *found[2] = {NULL, NULL};
    int64_t shape[3] = {1, 0, 0};
    float *probabilities, one = 1, *is_digit = &one;

    uint8_t *ink = read_pgm(path, &shape[1], &shape[2]);
    size_t size = (size_t)(shape[1] * shape[2]);
    check(ort->CreateTensorWithDataAsOrtValue(memory, ink, size, shape, 3, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8, &given),
          path);
    check(ort->Run(session, NULL, inputs, (const OrtValue *const *)&given, 1, outputs, knows_digits ? 2 : 1, found), path);
    check(ort->GetTensorMutableData(found[0], (void **)&probabilities), path);
    if (knows_digits) check(ort->GetTensorMutableData(found[1], (void **)&is_digit), path);
    answer(path, probabilities, length_of(found[0]), *is_digit);
    ort->ReleaseValue(found[0]);
    if (knows_digits) ort->ReleaseValue(found[1]);
    ort->ReleaseValue(given);
    free(ink);
}

int main(int count, char **arguments) {
    OrtEnv *environment;
    OrtSessionOptions *options;
    OrtSession *session;
    OrtMemoryInfo *memory;

    if (count < 3) fail("usage", "digits model.onnx drawing.pgm ...");
    setenv("ORT_DISABLE_TELEMETRY", "1", 0); /* newer versions report to their makers otherwise */
    ort = OrtGetApiBase()->GetApi(ORT_API_VERSION);
    if (ort == NULL) fail("ONNX Runtime", "this library is older than the header");
    check(ort->CreateEnv(ORT_LOGGING_LEVEL_ERROR, "digits", &environment), "ONNX Runtime");
    check(ort->CreateSessionOptions(&options), "ONNX Runtime");
    check(ort->CreateSession(environment, arguments[1], options, &session), arguments[1]);
    check(ort->CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory), "memory");
    int knows_digits = has_digit_probability(session);
    for (int i = 2; i < count; i++) classify(session, memory, knows_digits, arguments[i]);
    ort->ReleaseMemoryInfo(memory);
    ort->ReleaseSession(session);
    ort->ReleaseSessionOptions(options);
    ort->ReleaseEnv(environment);
    return 0;
}
