subject = Su consulta: { $topic } ({ $reference })
preheader = El departamento de { $department } le responderá en un plazo de { horas }.

# The salutation of a business letter ends in a colon.
salutation = { $recipient ->
    [none] Estimados señores y señoras:
   *[named] { greeting } { $recipient }:
}
# The tarde begins at noon (evening1), the noche at eight (night1).
greeting = { $day-period ->
    [morning1] Buenos días,
    [morning2] Buenos días,
    [evening1] Buenas tardes,
    [night1] Buenas noches,
   *[neutral] Estimado/a
}
thanks = Le agradecemos que se haya puesto en contacto con { $company }. Hemos recibido su consulta y la atenderemos con mucho gusto.

topic-line = Asunto de su mensaje: { $topic }
reference-line = Nuestra referencia: { $reference }

next-step = Nuestro departamento de { $department } está estudiando su petición y le responderá en un plazo de { horas }.
keep-reference = Si desea añadir algún dato, responda a este mensaje e indique nuestra referencia.
horas = { $sla ->
    [one] una hora
    [many] { $sla } de horas
   *[other] { $sla } horas
}

closing = Atentamente,
phone-line = Teléfono: { $phone }
automatic-note = Este acuse de recibo se ha enviado de forma automática. La respuesta a su consulta la escribirá una persona de nuestro equipo.
